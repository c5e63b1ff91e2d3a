import { FunctionBody } from '../../container/injection/run.js';

/** What a function has given that gives nothing: it answers by a call. */
const nothing = Symbol('offstage.nothing');

/** The body of a function that may answer by a call: `reply.send()`, or `done()`. */
export class CallbackBody extends FunctionBody {
  override run(values: unknown[]): unknown {
    const given = super.run(values);
    return given === undefined ? nothing : given;
  }
}

/**
 * What such a function gives to a framework that takes a promise of nothing for an answer. Where the function had to wait
 * for what it is injected, that is a promise that only fails.
 */
export function answerOf(result: unknown): unknown {
  if (result === nothing) return undefined;
  if (!(result instanceof Promise)) return result;
  return result.then((given: unknown) => (given === nothing ? new Promise(() => {}) : given));
}
