import { ProviderNotFoundError } from '../../errors.js';
import type { TypeImport } from '../../reflection/declare.js';
import { pendingTypes, type TypedParameter } from '../../reflection/parameters.js';
import type { MakingProvider, Provider } from '../registry/provider.js';
import type { Registry } from '../registry/registry.js';
import { tokenOf } from '../tokens/derived-token.js';
import { type TokenKey, tokenName } from '../tokens/token.js';
import { knownParameters } from './missing-types.js';
import { place } from './place.js';

/** One thing that a provider needs to be made. */
export interface Need {
  readonly parameter: TypedParameter;
  /** What to inject; `undefined` leaves the parameter to its default. */
  readonly token: TokenKey | undefined;
  /** The very provider, where the token alone would find another one. */
  readonly provider?: Provider;
}

/** What gives the value of a need, if anything does. */
export function providerFor({ provider, token }: Need, registry: Registry): Provider | undefined {
  return provider ?? (token && registry.get(token));
}

/** What is done with a parameter for which there is nothing to inject. */
type Refusal = (problem: ProviderNotFoundError) => void;

/**
 * What a provider needs before it can give its value.
 *
 * @param takesArguments whether a factory makes it, whose caller passes what has no provider
 * @param refuse by default throws; validation goes on to the other parameters
 */
export function needsOf(
  provider: Provider,
  registry: Registry,
  takesArguments = false,
  refuse: Refusal = raise,
): readonly Need[] {
  switch (provider.kind) {
    case 'value':
    case 'lazy':
    case 'factory-of':
      return [];
    case 'alias':
      return [needFor('target', provider.target)];
    case 'optional':
      return [needFor('target', registry.get(provider.target) && provider.target)];
    case 'all':
      return provider.members.map((member, index) => ({
        ...needFor(`#${index + 1}`, member.token),
        provider: member,
      }));
    default:
      return ofMaking(provider, registry, takesArguments, refuse);
  }
}

function needFor(name: string, token: TokenKey | undefined): Need {
  return { parameter: { name, type: '', token }, token };
}

function raise(problem: ProviderNotFoundError): never {
  throw problem;
}

function ofMaking(
  provider: MakingProvider,
  registry: Registry,
  takesArguments: boolean,
  refuse: Refusal,
): readonly Need[] {
  const wraps = provider.kind === 'factory' ? provider.wraps : undefined;
  const parameters = parametersToMake(provider, takesArguments ? 'all' : 0);
  const first = wraps && { ...needFor(parameters[0]?.name ?? 'inner', wraps.token), provider: wraps };
  const others = (first ? parameters.slice(1) : parameters).flatMap((parameter): Need[] => {
    if (parameter.rest) return [];
    const token = parameter.token && tokenOf(parameter.token);
    const mayMiss = parameter.optional || parameter.nullIfAbsent || takesArguments;
    if (token && (registry.get(token) || !mayMiss)) return [{ parameter, token }];
    if (mayMiss) return [{ parameter, token: undefined }];
    refuse(nothingToInject(provider, parameter));
    return [];
  });
  return first ? [first, ...others] : others;
}

/** The module of an `import type` has not loaded, which an async use can wait for. */
class NotLoadedError extends ProviderNotFoundError {
  readonly #type: TypeImport;

  constructor(type: TypeImport, problem: string, remedy: string) {
    super(problem, remedy);
    this.#type = type;
  }

  load(): Promise<void> {
    return this.#type.load();
  }
}

/** Loads the first module that a plan lacks; `undefined` where nothing is to wait for. */
export function loadMissing(plan: () => unknown): Promise<void> | undefined {
  try {
    plan();
  } catch (error) {
    if (error instanceof NotLoadedError) return error.load();
    // Told by who needs the plan.
  }
  return undefined;
}

/**
 * The typed parameters of the class or factory of a provider.
 *
 * @param passed how many arguments a caller gives
 */
export function parametersToMake(
  provider: MakingProvider,
  passed: number | 'all' = 0,
): readonly TypedParameter[] {
  const { make } = provider;
  const [pending] = provider.deps ? [] : pendingTypes(make);
  if (pending) {
    throw new NotLoadedError(
      pending,
      `${place(make)}: the module of ${pending.name} ('${pending.specifier}') is imported by "import type" and has not loaded yet`,
      `Use it in an async function, or by resolveAsync(), or import ${pending.name} without "type".`,
    );
  }
  return knownParameters(provider, passed);
}

function nothingToInject(provider: MakingProvider, parameter: TypedParameter): ProviderNotFoundError {
  const { make, token } = provider;
  return new ProviderNotFoundError(
    `${place(make)}: nothing can be injected for ${parameter.name}${parameter.type ? `: ${parameter.type}` : ''}, which names no class or token`,
    parameter.type === 'Object' && parameter.name.startsWith('#')
      ? `TypeScript records Object for an interface, and for a class that is imported by "import type": import the class as a value, or name the tokens: @singleton({ deps: [A, B] }).`
      : token === make
        ? `Give ${parameter.name} a default value, or register a factory: Container.registerProvider(${tokenName(make)}, { useFactory: () => new ${tokenName(make)}(…) }).`
        : `Give ${parameter.name} a default value, or a type that has a provider.`,
  );
}
