import type { Class, TSTypeParameterDeclaration } from 'oxc-parser';
import type { Binding, Scope } from '../source/scopes.js';
import type { SourceModule } from '../source/source-module.js';
import type { FunctionLike } from '../source/syntax.js';

/** A node that may have type parameters. */
interface Generic {
  readonly typeParameters?: TSTypeParameterDeclaration | null;
}

/**
 * Tells what the names in a type stand for: around a function, or where an alias was followed to.
 *
 * @typeParam T what is known of a type
 */
export class TypeNames<T> {
  readonly #outside: Scope;
  readonly #followed = new Set<Binding>();
  #scope: Scope;
  readonly #unknown: T;
  #parameters: ReadonlyMap<string, T>;

  /** @param unknown of a type that stands for any */
  constructor(module: SourceModule, owner: FunctionLike | Class, unknown: T) {
    this.#outside = module.scopeAround(owner);
    this.#scope = this.#outside;
    this.#unknown = unknown;
    this.#parameters = this.#parametersOf(owner, []);
  }

  /** What a type parameter stands for: in an alias its argument, else any type. */
  parameter(name: string): T | undefined {
    return this.#parameters.get(name);
  }

  /** What a name stands for: a type, and the value beside it. */
  lookUp(name: string) {
    const type = this.#scope.type(name);
    const found = this.#scope.value(name);
    const beside = type?.scope.value(name);
    // An inner type, such as a type parameter, hides the value of an outer one; no value hides a type.
    const outer = type && found && found.scope.depth < type.scope.depth;
    const value = beside && beside.scope === type?.scope ? beside : outer ? undefined : found;
    const imported = value?.type === 'Import' ? value : type?.type === 'Import' ? type : undefined;
    return { value, type, imported };
  }

  /** Whether the name of a value stands for something else around the function. */
  isHidden(name: string, value: Binding): boolean {
    return this.#outside.value(name) !== value;
  }

  /**
   * Reads what a name is declared to be, in the scope of that declaration; nothing if that leads in a circle.
   *
   * @param given its type arguments
   */
  follow(binding: Binding, declaration: Generic, given: readonly T[], read: () => T): T | undefined {
    if (this.#followed.has(binding)) return undefined;
    this.#followed.add(binding);
    const [scope, parameters] = [this.#scope, this.#parameters];
    this.#scope = binding.scope;
    this.#parameters = this.#parametersOf(declaration, given);
    const value = read();
    this.#scope = scope;
    this.#parameters = parameters;
    this.#followed.delete(binding);
    return value;
  }

  #parametersOf({ typeParameters }: Generic, given: readonly T[]): ReadonlyMap<string, T> {
    const parameters = typeParameters?.params ?? [];
    return new Map(parameters.map(({ name }, index) => [name.name, given[index] ?? this.#unknown]));
  }
}
