import type { Class, TSTypeParameterDeclaration } from 'oxc-parser';
import type { Binding, Scope } from '../source/scopes.js';
import type { SourceModule } from '../source/source-module.js';
import type { FunctionLike } from '../source/syntax.js';

/** A node that may have type parameters. */
interface Generic {
  readonly typeParameters?: TSTypeParameterDeclaration | null;
}

/** Tells what the names in a type stand for: around a function, or where an alias was followed to. */
export class TypeNames {
  readonly #outside: Scope;
  readonly #followed = new Set<Binding>();
  #scope: Scope;
  /** Type parameters stand for any type, so for no value. */
  #opaque: ReadonlySet<string>;

  constructor(module: SourceModule, owner: FunctionLike | Class) {
    this.#outside = module.scopeAround(owner);
    this.#scope = this.#outside;
    this.#opaque = parametersOf(owner);
  }

  isOpaque(name: string): boolean {
    return this.#opaque.has(name);
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

  /** Reads what a name is declared to be, in the scope of that declaration; nothing if that leads in a circle. */
  follow<T>(binding: Binding, declaration: Generic, read: () => T): T | undefined {
    if (this.#followed.has(binding)) return undefined;
    this.#followed.add(binding);
    const [scope, opaque] = [this.#scope, this.#opaque];
    this.#scope = binding.scope;
    this.#opaque = parametersOf(declaration);
    const value = read();
    this.#scope = scope;
    this.#opaque = opaque;
    return value;
  }
}

function parametersOf({ typeParameters }: Generic): ReadonlySet<string> {
  return new Set(typeParameters?.params.map(({ name }) => name.name));
}
