import { FunctionBody } from '../../container/injection/run.js';

/** What a function has given that gives nothing: it answers by a call. */
const nothing = Symbol('offstage.nothing');
/** What the last one has given: the promise of one that did not have to wait is its answer, and needs no other one. */
let last: unknown;

/** The body of a function that may answer by a call: `reply.send()`, or `done()`. */
export class CallbackBody extends FunctionBody {
  override run(values: unknown[]): unknown {
    const given = super.run(values);
    last = given === undefined ? nothing : given;
    return last;
  }
}

/**
 * What such a function gives to a framework that takes a promise of nothing for an answer. Where the function had to wait
 * for what it is injected, that is a promise that only fails.
 */
export function answerOf(result: unknown): unknown {
  const isItsOwn = result === last;
  last = undefined;
  if (result === nothing) return undefined;
  if (isItsOwn || !(result instanceof Promise)) return result;
  return result.then((given: unknown) => (given === nothing ? new Promise(() => {}) : given));
}
