/// <reference types="node" preserve="true" />
import './background/tasks/own-parameters.js';
import './web/injectable-tasks.js';

export { AppBackground, Background, type TaskTaker } from './background/background.js';
export { type DrainOnSignalOptions, drainOnSignal } from './background/closing/drain-on-signal.js';
export type { MapItem } from './background/map.js';
export type { BackgroundOptions, TaskOptions } from './background/options.js';
export type { Backoff } from './background/tasks/retry.js';
export { TaskContext } from './background/tasks/task-context.js';
export type {
  EndedStatus,
  TaskCounts,
  TaskHandle,
  TaskInfo,
  TaskStatus,
} from './background/tasks/task-handle.js';
export type { TaskEndEvent, TaskErrorEvent, TaskEvent, TaskProgressEvent } from './background/watching.js';
export type { ArgumentsAfter, CallArguments } from './container/arguments.js';
export type { ContainerOptions } from './container/container.js';
export {
  type ComponentDecorator,
  type ComponentOptions,
  component,
  resource,
  type ScopeDecorator,
  singleton,
  transient,
} from './container/decorators.js';
export { Container } from './container/default-container.js';
export { type InjectOptions, inject } from './container/injection/inject.js';
export type { Graph, GraphEdge, GraphNode } from './container/inspection/graph.js';
export type { Override } from './container/override.js';
export type {
  DeferredProvider,
  Lifetime,
  Produced,
  Provider,
  ProviderOptions,
  TokenTypes,
} from './container/registry/provider.js';
export { Scope } from './container/scope.js';
export type { InjectionScope } from './container/scopes/injection-scope.js';
export { Resource } from './container/scopes/resource.js';
export type { Snapshot } from './container/snapshot.js';
export { type Factory, Lazy } from './container/tokens/deferred.js';
export { all, factory, lazy, optional } from './container/tokens/derived-token.js';
export {
  type AbstractConstructor,
  type Constructor,
  type Token,
  type TokenType,
  TypedToken,
  token,
} from './container/tokens/token.js';
export { typeToken } from './container/tokens/type-token.js';
export * from './errors.js';
export { task } from './threads/task.js';
export { type Transferable, transfer } from './threads/transfer/transfer-list.js';
export { after, withBackground } from './web/after.js';
export { BackgroundTask, BackgroundTasks } from './web/background-tasks.js';
