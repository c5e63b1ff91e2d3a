import {
  BackgroundClosedError,
  BackgroundDisabledError,
  TaskAbandonedError,
  TaskCancelledError,
  TaskTimeoutError,
} from '../../errors.js';

/** @param to what takes no more tasks */
export function closed(task: string, to = 'a Background that has closed'): BackgroundClosedError {
  return new BackgroundClosedError(
    `${task} was added to ${to}`,
    'Add tasks before its injected call has ended, or its container is disposed.',
  );
}

export function disabled(task: string): BackgroundDisabledError {
  return new BackgroundDisabledError(
    `${task} was added to a Background that is disabled`,
    'Leave out enabled: false, or ask for what you need without a task.',
  );
}

export function cancelled(task: string, reason: unknown): TaskCancelledError {
  return new TaskCancelledError(
    `${task} was cancelled`,
    'Look at the cause, if there is one: the reason that was given.',
    reason === undefined ? {} : { cause: reason },
  );
}

export function timedOut(task: string, timeout: number): TaskTimeoutError {
  return new TaskTimeoutError(
    `${task} took longer than ${timeout} ms`,
    'Give it more time by bg.with({ timeout }), or have it stop when its AbortSignal is aborted.',
  );
}

export function abandoned(task: string, gracePeriod: number): TaskAbandonedError {
  return new TaskAbandonedError(
    `${task} was given up: it had not ended ${gracePeriod} ms after its Background began to close`,
    'Give it more time by the gracePeriod of new Background() or of drainOnSignal(). When its AbortSignal is aborted it has half a second to tidy up.',
  );
}
