import type { WebRequest } from './web-request.js';

/**
 * Runs what handles a request in its flow, and tells when it has ended: until then no task runs.
 *
 * @param answer answers an error; else it is thrown
 */
export function handleRequest<T>(
  request: WebRequest,
  body: () => T | Promise<T>,
  answer?: (error: unknown) => void,
): T | Promise<T | undefined> | undefined {
  request.enter();
  let result: T | Promise<T>;
  try {
    result = request.run(body);
  } catch (error) {
    return failed(request, error, answer);
  }
  if (result instanceof Promise) return handled(request, result, answer);
  request.leave();
  return result;
}

/** Not in {@link handleRequest}: closures in it would cost each request a context. */
function handled<T>(
  request: WebRequest,
  handling: Promise<T>,
  answer: ((error: unknown) => void) | undefined,
): Promise<T | undefined> {
  return handling.then(
    (value) => {
      request.leave();
      return value;
    },
    (error: unknown) => failed(request, error, answer),
  );
}

function failed(
  request: WebRequest,
  error: unknown,
  answer: ((error: unknown) => void) | undefined,
): undefined {
  request.fail(error);
  request.leave();
  if (!answer) throw error;
  answer(error);
}
