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
  abstract override readonly name: keyof typeof errorCodes;
  abstract readonly code: ErrorCode;

  /**
   * @param problem what is wrong, and where
   * @param remedy one line: what to do
   */
  constructor(problem: string, remedy: string, options?: ErrorOptions) {
    super(`${problem}\n${remedy}`, options);
  }
}

/** Aliases that lead back to where they began. */
export class AliasLoopError extends OffstageError {
  override readonly name = 'AliasLoopError';
  override readonly code = errorCodes.AliasLoopError;
}

/** A call whose arguments do not fit the parameters that are left for the caller. */
export class ArgumentError extends OffstageError {
  override readonly name = 'ArgumentError';
  override readonly code = errorCodes.ArgumentError;
}

/** A value that takes time to make or to close was needed where nothing can wait. */
export class AsyncProviderInSyncContextError extends OffstageError {
  override readonly name = 'AsyncProviderInSyncContextError';
  override readonly code = errorCodes.AsyncProviderInSyncContextError;
}

/** A task was added to a `Background` that has closed. */
export class BackgroundClosedError extends OffstageError {
  override readonly name = 'BackgroundClosedError';
  override readonly code = errorCodes.BackgroundClosedError;
}

/** A task was added to a `Background` that takes none: `enabled: false`. */
export class BackgroundDisabledError extends OffstageError {
  override readonly name = 'BackgroundDisabledError';
  override readonly code = errorCodes.BackgroundDisabledError;
}

/** A singleton needs something that lives shorter than itself. */
export class CaptiveDependencyError extends OffstageError {
  override readonly name = 'CaptiveDependencyError';
  override readonly code = errorCodes.CaptiveDependencyError;
}

/** Providers that need each other in a circle. */
export class CircularDependencyError extends OffstageError {
  override readonly name = 'CircularDependencyError';
  override readonly code = errorCodes.CircularDependencyError;
}

/** A container was used after `dispose()`. */
export class ContainerDisposedError extends OffstageError {
  override readonly name = 'ContainerDisposedError';
  override readonly code = errorCodes.ContainerDisposedError;
}

/** A provider failed while a parameter was made, or the stack cannot hold a chain of them; `cause` is what was thrown. */
export class DependencyInjectionError extends OffstageError {
  override readonly name = 'DependencyInjectionError';
  override readonly code = errorCodes.DependencyInjectionError;
}

/** A test has ended and left a scope open. */
export class LeftOpenError extends OffstageError {
  override readonly name = 'LeftOpenError';
  override readonly code = errorCodes.LeftOpenError;
}

/** A function or class needs injection and nothing told the types of its parameters. */
export class MissingParameterTypesError extends OffstageError {
  override readonly name = 'MissingParameterTypesError';
  override readonly code = errorCodes.MissingParameterTypesError;
}

/** A pool was asked for on a thread of a pool. */
export class NestedPoolError extends OffstageError {
  override readonly name = 'NestedPoolError';
  override readonly code = errorCodes.NestedPoolError;
}

/** A value cannot cross to or from a worker thread. */
export class NotTransferableError extends OffstageError {
  override readonly name = 'NotTransferableError';
  override readonly code = errorCodes.NotTransferableError;
}

/** Nothing provides what was asked for. */
export class ProviderNotFoundError extends OffstageError {
  override readonly name = 'ProviderNotFoundError';
  override readonly code = errorCodes.ProviderNotFoundError;
}

/** A provider, token, decorator or function was given in a form that has no meaning. */
export class RegistrationError extends OffstageError {
  override readonly name = 'RegistrationError';
  override readonly code = errorCodes.RegistrationError;
}

/** Something was asked of a remote that a worker thread cannot have. */
export class RemoteError extends OffstageError {
  override readonly name = 'RemoteError';
  override readonly code = errorCodes.RemoteError;
}

/** Something was asked of a web request that is not there, or not any more. */
export class RequestError extends OffstageError {
  override readonly name = 'RequestError';
  override readonly code = errorCodes.RequestError;
}

/** An injection scope was used after it had closed. */
export class ScopeClosedError extends OffstageError {
  override readonly name = 'ScopeClosedError';
  override readonly code = errorCodes.ScopeClosedError;
}

/** A task asked for something that waits for this very task. */
export class SelfWaitError extends OffstageError {
  override readonly name = 'SelfWaitError';
  override readonly code = errorCodes.SelfWaitError;
}

/** A task that closing gave up: the grace period was over, and it had not ended. */
export class TaskAbandonedError extends OffstageError {
  override readonly name = 'TaskAbandonedError';
  override readonly code = errorCodes.TaskAbandonedError;
}

/** A task was cancelled; `cause` is the reason that was given. */
export class TaskCancelledError extends OffstageError {
  override readonly name = 'TaskCancelledError';
  override readonly code = errorCodes.TaskCancelledError;
}

/** A worker thread did not find the function of a task in its module, or a module that this imports. */
export class TaskNotFoundError extends OffstageError {
  override readonly name = 'TaskNotFoundError';
  override readonly code = errorCodes.TaskNotFoundError;
}

/** An attempt of a task took longer than its `timeout`. */
export class TaskTimeoutError extends OffstageError {
  override readonly name = 'TaskTimeoutError';
  override readonly code = errorCodes.TaskTimeoutError;
}

/** A source file that the transform cannot take as it is, or a bundle that threads could not load. */
export class TransformError extends OffstageError {
  override readonly name = 'TransformError';
  override readonly code = errorCodes.TransformError;
}

/** `Container.validate()` found problems; {@link problems} are the errors that resolving would throw. */
export class ValidationError extends OffstageError {
  override readonly name = 'ValidationError';
  override readonly code = errorCodes.ValidationError;
  readonly problems: readonly OffstageError[];

  constructor(problems: readonly OffstageError[]) {
    const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
    super(
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
  override readonly name = 'WorkerDiedError';
  override readonly code = errorCodes.WorkerDiedError;
}
