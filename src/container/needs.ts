import { MissingParameterTypesError, ProviderNotFoundError } from '../errors.js';
import {
  parametersOf,
  pendingTypes,
  positionOf,
  signature,
  type TypedParameter,
} from '../reflection/parameters.js';
import type { Definition, MakingDefinition } from './provider.js';
import type { Registry } from './registry.js';
import type { TokenKey } from './token.js';

/** One thing that a provider needs to be made. */
export interface Need {
  readonly parameter: TypedParameter;
  /** What to inject; `undefined` leaves the parameter to its default. */
  readonly token: TokenKey | undefined;
}

/** What a provider needs to be made: its parameters, or the target of an alias. */
export function dependenciesOf(definition: Definition, registry: Registry): readonly Need[] {
  if (definition.kind === 'value') return [];
  if (definition.kind === 'alias') {
    return [{ parameter: { name: 'target', type: '', token: definition.target }, token: definition.target }];
  }
  return providerParameters(definition).flatMap((parameter): Need[] => {
    if (parameter.rest) return [];
    if (parameter.token && (registry.get(parameter.token) || !parameter.optional)) {
      return [{ parameter, token: parameter.token }];
    }
    if (parameter.optional) return [{ parameter, token: undefined }];
    throw nothingToInject(definition, parameter);
  });
}

function providerParameters(definition: MakingDefinition): readonly TypedParameter[] {
  const { make } = definition;
  const [pending] = definition.deps ? [] : pendingTypes(make);
  if (pending) {
    throw new ProviderNotFoundError(
      `${place(make)}: the module of ${pending.name} ('${pending.specifier}') is imported by "import type" and has not loaded yet`,
      `Await something first, use resolveAsync(), or import ${pending.name} without "type".`,
    );
  }
  const parameters = parametersOf(make, definition.deps);
  if (parameters) return parameters;
  throw new MissingParameterTypesError(
    `${place(make)}: nothing tells the types of its ${make.length} parameter${make.length === 1 ? '' : 's'}`,
    howToTellTypes(
      definition.kind === 'class' ? '@singleton({ deps: [A, B] })' : '{ useFactory, deps: [A, B] }',
    ),
  );
}

function nothingToInject(definition: MakingDefinition, parameter: TypedParameter): ProviderNotFoundError {
  const { make, token } = definition;
  return new ProviderNotFoundError(
    `${place(make)}: nothing can be injected for ${parameter.name}${parameter.type ? `: ${parameter.type}` : ''}, which names no class or token`,
    token === make
      ? `Give ${parameter.name} a default value, or register a factory: Container.registerProvider(${make.name}, { useFactory: () => new ${make.name}(…) }).`
      : `Give ${parameter.name} a default value, or a type that has a provider.`,
  );
}

function place(target: object): string {
  const position = positionOf(target);
  return position ? `${signature(target)} (${position})` : signature(target);
}

/** The three ways to tell types, for the last line of an error. */
export function howToTellTypes(byHand: string): string {
  return `Start the program with "node --import offstage/register", or compile with emitDecoratorMetadata (classes only), or name them: ${byHand}.`;
}
