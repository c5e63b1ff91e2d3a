/** Every error of the library: the class, its stable code, and what each one means. */
export const errorCodes = {
  AliasLoopError: 'ERR_OFFSTAGE_ALIAS_LOOP',
  ArgumentError: 'ERR_OFFSTAGE_ARGUMENT',
  AsyncProviderInSyncContextError: 'ERR_OFFSTAGE_ASYNC_IN_SYNC',
  BackgroundClosedError: 'ERR_OFFSTAGE_BACKGROUND_CLOSED',
  BackgroundDisabledError: 'ERR_OFFSTAGE_BACKGROUND_DISABLED',
  CaptiveDependencyError: 'ERR_OFFSTAGE_CAPTIVE_DEPENDENCY',
  CircularDependencyError: 'ERR_OFFSTAGE_CIRCULAR_DEPENDENCY',
  ContainerDisposedError: 'ERR_OFFSTAGE_CONTAINER_DISPOSED',
  DependencyInjectionError: 'ERR_OFFSTAGE_DEPENDENCY_INJECTION',
  LeftOpenError: 'ERR_OFFSTAGE_LEFT_OPEN',
  MissingParameterTypesError: 'ERR_OFFSTAGE_MISSING_PARAMETER_TYPES',
  NestedPoolError: 'ERR_OFFSTAGE_NESTED_POOL',
  NotTransferableError: 'ERR_OFFSTAGE_NOT_TRANSFERABLE',
  ProviderNotFoundError: 'ERR_OFFSTAGE_PROVIDER_NOT_FOUND',
  RegistrationError: 'ERR_OFFSTAGE_REGISTRATION',
  RemoteError: 'ERR_OFFSTAGE_REMOTE',
  RequestError: 'ERR_OFFSTAGE_REQUEST',
  ScopeClosedError: 'ERR_OFFSTAGE_SCOPE_CLOSED',
  SelfWaitError: 'ERR_OFFSTAGE_SELF_WAIT',
  TaskAbandonedError: 'ERR_OFFSTAGE_TASK_ABANDONED',
  TaskCancelledError: 'ERR_OFFSTAGE_TASK_CANCELLED',
  TaskNotFoundError: 'ERR_OFFSTAGE_TASK_NOT_FOUND',
  TaskTimeoutError: 'ERR_OFFSTAGE_TASK_TIMEOUT',
  TransformError: 'ERR_OFFSTAGE_TRANSFORM',
  ValidationError: 'ERR_OFFSTAGE_VALIDATION',
  WorkerDiedError: 'ERR_OFFSTAGE_WORKER_DIED',
} as const;

/** A stable code of {@link OffstageError}: it survives minifying and renaming, so switch on it. */
export type ErrorCode = (typeof errorCodes)[keyof typeof errorCodes];

/** The base of every error that the library throws. The last line of its message says what to do. */
export abstract class OffstageError extends Error {
  readonly code: ErrorCode;

  /**
   * @param name the class, a key of the code table
   * @param problem what is wrong, and where
   * @param remedy one line: what to do
   */
  constructor(name: keyof typeof errorCodes, problem: string, remedy: string, options?: ErrorOptions) {
    super(`${problem}\n${remedy}`, options);
    this.name = name;
    this.code = errorCodes[name];
  }
}

/** Aliases that lead back to where they began. */
export class AliasLoopError extends OffstageError {
  constructor(problem: string, remedy: string) {
    super('AliasLoopError', problem, remedy);
  }
}

/** A call whose arguments do not fit the parameters that are left for the caller. */
export class ArgumentError extends OffstageError {
  constructor(problem: string, remedy: string) {
    super('ArgumentError', problem, remedy);
  }
}

/** A value that takes time to make or to close was needed where nothing can wait. */
export class AsyncProviderInSyncContextError extends OffstageError {
  constructor(problem: string, remedy: string) {
    super('AsyncProviderInSyncContextError', problem, remedy);
  }
}

/** A task was added to a `Background` that has closed. */
export class BackgroundClosedError extends OffstageError {
  constructor(problem: string, remedy: string) {
    super('BackgroundClosedError', problem, remedy);
  }
}

/** A task was added to a `Background` that takes none: `enabled: false`. */
export class BackgroundDisabledError extends OffstageError {
  constructor(problem: string, remedy: string) {
    super('BackgroundDisabledError', problem, remedy);
  }
}

/** A singleton needs something that lives shorter than itself. */
export class CaptiveDependencyError extends OffstageError {
  constructor(problem: string, remedy: string) {
    super('CaptiveDependencyError', problem, remedy);
  }
}

/** Providers that need each other in a circle. */
export class CircularDependencyError extends OffstageError {
  constructor(problem: string, remedy: string) {
    super('CircularDependencyError', problem, remedy);
  }
}

/** A container was used after `dispose()`. */
export class ContainerDisposedError extends OffstageError {
  constructor(problem: string, remedy: string) {
    super('ContainerDisposedError', problem, remedy);
  }
}

/** A provider failed while a parameter was made, or the stack cannot hold a chain of them; `cause` is what was thrown. */
export class DependencyInjectionError extends OffstageError {
  constructor(problem: string, remedy: string, options: ErrorOptions) {
    super('DependencyInjectionError', problem, remedy, options);
  }
}

/** A test has ended and left a scope open. */
export class LeftOpenError extends OffstageError {
  constructor(problem: string, remedy: string) {
    super('LeftOpenError', problem, remedy);
  }
}

/** A function or class needs injection and nothing told the types of its parameters. */
export class MissingParameterTypesError extends OffstageError {
  constructor(problem: string, remedy: string) {
    super('MissingParameterTypesError', problem, remedy);
  }
}

/** A pool was asked for on a thread of a pool. */
export class NestedPoolError extends OffstageError {
  constructor(problem: string, remedy: string) {
    super('NestedPoolError', problem, remedy);
  }
}

/** A value cannot cross to or from a worker thread. */
export class NotTransferableError extends OffstageError {
  constructor(problem: string, remedy: string, options?: ErrorOptions) {
    super('NotTransferableError', problem, remedy, options);
  }
}

/** Nothing provides what was asked for. */
export class ProviderNotFoundError extends OffstageError {
  constructor(problem: string, remedy: string) {
    super('ProviderNotFoundError', problem, remedy);
  }
}

/** A provider, token, decorator or function was given in a form that has no meaning. */
export class RegistrationError extends OffstageError {
  constructor(problem: string, remedy: string) {
    super('RegistrationError', problem, remedy);
  }
}

/** Something was asked of a remote that a worker thread cannot have. */
export class RemoteError extends OffstageError {
  constructor(problem: string, remedy: string, options?: ErrorOptions) {
    super('RemoteError', problem, remedy, options);
  }
}

/** Something was asked of a web request that is not there, or not any more. */
export class RequestError extends OffstageError {
  constructor(problem: string, remedy: string) {
    super('RequestError', problem, remedy);
  }
}

/** An injection scope was used after it had closed. */
export class ScopeClosedError extends OffstageError {
  constructor(problem: string, remedy: string) {
    super('ScopeClosedError', problem, remedy);
  }
}

/** A task asked for something that waits for this very task. */
export class SelfWaitError extends OffstageError {
  constructor(problem: string, remedy: string) {
    super('SelfWaitError', problem, remedy);
  }
}

/** A task that closing gave up: the grace period was over, and it had not ended. */
export class TaskAbandonedError extends OffstageError {
  constructor(problem: string, remedy: string) {
    super('TaskAbandonedError', problem, remedy);
  }
}

/** A task was cancelled; `cause` is the reason that was given. */
export class TaskCancelledError extends OffstageError {
  constructor(problem: string, remedy: string, options?: ErrorOptions) {
    super('TaskCancelledError', problem, remedy, options);
  }
}

/** A worker thread did not find the function of a task in its module. */
export class TaskNotFoundError extends OffstageError {
  constructor(problem: string, remedy: string, options?: ErrorOptions) {
    super('TaskNotFoundError', problem, remedy, options);
  }
}

/** An attempt of a task took longer than its `timeout`. */
export class TaskTimeoutError extends OffstageError {
  constructor(problem: string, remedy: string) {
    super('TaskTimeoutError', problem, remedy);
  }
}

/** A source file that the transform cannot take as it is. */
export class TransformError extends OffstageError {
  constructor(problem: string, remedy: string, options?: ErrorOptions) {
    super('TransformError', problem, remedy, options);
  }
}

/** `Container.validate()` found problems; {@link problems} are the errors that resolving would throw. */
export class ValidationError extends OffstageError {
  readonly problems: readonly OffstageError[];

  constructor(problems: readonly OffstageError[]) {
    const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
    super(
      'ValidationError',
      [`the container has ${count}`, ...problems.map(({ name, message }) => `\n${name}: ${message}`)].join(
        '\n',
      ),
      '\nMend each of them: its own last line says how.',
    );
    this.problems = problems;
  }
}

/** A worker thread ended while it ran a task. */
export class WorkerDiedError extends OffstageError {
  constructor(problem: string, remedy: string, options?: ErrorOptions) {
    super('WorkerDiedError', problem, remedy, options);
  }
}
