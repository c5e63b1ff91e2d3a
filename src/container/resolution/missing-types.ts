import { MissingParameterTypesError } from '../../errors.js';
import { constructorOwner, parametersOf, type TypedParameter } from '../../reflection/parameters.js';
import type { MakingProvider } from '../registry/provider.js';
import type { Callable } from './call-plan.js';
import { place } from './place.js';

/**
 * The parameters of the class or factory of a provider.
 *
 * @param passed how many arguments a caller gives: who gives all need not tell their types
 * @throws MissingParameterTypesError if nothing tells their types
 */
export function knownParameters(
  provider: MakingProvider,
  passed: number | 'all' = 0,
): readonly TypedParameter[] {
  const { kind, make } = provider;
  const parameters = parametersOf(make, provider.deps);
  if (parameters) return parameters;
  if (kind === 'factory' && provider.wraps && make.length === 1) {
    return [{ name: 'inner', type: '', token: undefined }];
  }
  const owner = ownerOf(provider);
  const count = passed === 'all' ? owner.length : passed;
  if (count < owner.length) throw missingTypes(provider, owner);
  return Array.from({ length: count }, (_, index) => ({
    name: `#${index + 1}`,
    type: '',
    token: undefined,
  }));
}

/** Refuses a class or factory whose parameters nothing tells the types of. */
export function checkTypesAreKnown(provider: MakingProvider): void {
  try {
    knownParameters(provider);
  } catch (error) {
    // A class that its types name is declared later: then they are known.
    if (!(error instanceof ReferenceError)) throw error;
  }
}

function ownerOf({ make }: MakingProvider): Callable {
  return constructorOwner(make as Callable); // classes are functions, too
}

function missingTypes(provider: MakingProvider, owner: Callable): MissingParameterTypesError {
  const { length } = owner;
  return new MissingParameterTypesError(
    `${place(owner)}: nothing tells the types of its ${length} parameter${length === 1 ? '' : 's'}`,
    howToTellTypes(
      provider.kind === 'class' ? '@singleton({ deps: [A, B] })' : '{ useFactory, deps: [A, B] }',
    ),
  );
}

/** The three ways to tell types, for the last line of an error: the first as what runs the program has it. */
export function howToTellTypes(byHand: string): string {
  return `${transformWay()}, or compile with emitDecoratorMetadata (classes only), or name them: ${byHand}.`;
}

/** How the transform gets to see the program; why it did not, where that can be told. */
function transformWay(): string {
  const { env, execArgv, versions } = process;
  if (registered[Symbol.for('offstage.register')])
    return 'Move it to a file of the program itself, as a function of the top level or in place in inject(…) or bg.add(…), since offstage/register did not see it';
  if (versions.bun)
    return 'Bun drops all types: preload a file that calls Bun.plugin(offstage()) of offstage/bun';
  if (versions.deno)
    return "Deno drops all types: start the program with --preload and a file that says import 'offstage/register'";
  if (execArgv.some((argument) => /[\\/]?tsx\b/.test(argument)))
    return 'tsx drops all types: start the program with "node --import offstage/register --import tsx"';
  // After what the process itself tells: a test may start other programs in its environment.
  if (env.VITEST) return 'Add the plugin of offstage/vite to the configuration of vitest';
  if (env.JEST_WORKER_ID !== undefined) return 'Jest drops all types: use vitest with offstage/vite';
  if (/\.[cm]?tsx?$/.test(process.argv[1] ?? ''))
    return 'Start the program with "node --import offstage/register"';
  return 'Compiled JavaScript has no types: run its sources with "node --import offstage/register", build them with a plugin of offstage (which sees functions at the top level, and in place in inject(…) and bg.add(…))';
}

const registered = globalThis as { [mark: symbol]: unknown }; // where offstage/register leaves its mark
