import { RegistrationError } from '../../errors.js';
import { isThenable } from '../../values.js';
import { type Failure, seen } from '../failures.js';
import type { InjectionScope } from '../scopes/injection-scope.js';
import { place } from './place.js';

/** What a generator factory returns. */
export type AnyGenerator = Generator | AsyncGenerator;

/** Runs a generator factory to its `yield`: that is the value. The scope runs the rest when it closes. */
export function openGenerator(
  generator: AnyGenerator,
  make: object,
  scope: InjectionScope | undefined,
  opened: (value: unknown) => void,
  closing: (value: unknown) => void,
): unknown {
  return then(generator.next(), (first) => {
    if (first.done) throw misused(make, 'nothing');
    const { value } = first;
    opened(value);
    scope?.own({
      close: (failure) => {
        closing(value);
        return then(resume(generator, failure), (last) => {
          if (last.done) return;
          return then(generator.return(undefined), () => {
            throw misused(make, 'twice');
          });
        });
      },
    });
    return value;
  });
}

type Step = IteratorResult<unknown>;

/** Goes on after the `yield`; the body's error is thrown there, so that a resource can roll back. */
function resume(generator: AnyGenerator, failure: Failure | undefined): Step | Promise<Step> {
  if (!failure) return generator.next();
  const problem = seen(failure);
  const passed = (error: unknown): Step => {
    // The body's own error on its way through leaves anyway.
    if (error === problem) return { done: true, value: undefined };
    throw error;
  };
  try {
    const step = generator.throw(problem);
    return isThenable(step) ? step.then(undefined, passed) : step;
  } catch (error) {
    return passed(error);
  }
}

function then(step: Step | Promise<Step>, next: (step: Step) => unknown): unknown {
  return isThenable(step) ? step.then(next) : next(step);
}

function misused(make: object, times: 'nothing' | 'twice'): RegistrationError {
  return new RegistrationError(
    `the generator factory ${place(make)} yielded ${times}`,
    'Yield the value exactly once, in a try block whose finally closes it.',
  );
}
