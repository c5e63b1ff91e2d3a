import { AliasLoopError, RegistrationError } from '../errors.js';
import type { Definition } from './provider.js';
import { type TokenKey, tokenName } from './token.js';

/** Classes that a decorator has declared, in the order of their evaluation: known to every container. */
const components: Definition[] = [];

/** Makes decorated classes known to every container. */
export function declareComponent(definition: Definition): void {
  components.push(definition);
}

/** What a registry held at one moment. */
export interface RegistrySnapshot {
  readonly definitions: ReadonlyMap<TokenKey, Definition>;
  readonly seen: number;
}

/** Which provider stands behind which token: the source of truth of a container. */
export class Registry {
  #definitions = new Map<TokenKey, Definition>();
  /** How many of the declared components this registry has taken in. */
  #seen = 0;
  readonly #builtIn: ReadonlyMap<TokenKey, Definition>;
  /** Counts changes, so that compiled plans know when they are out of date. */
  version = 0;

  /** @param builtIn what stays known, whatever is reset; may still grow */
  constructor(builtIn: ReadonlyMap<TokenKey, Definition>) {
    this.#builtIn = builtIn;
  }

  /** Takes in what was decorated since the last look. */
  refresh(): void {
    if (this.#seen === components.length) return;
    for (const definition of components.slice(this.#seen))
      this.#definitions.set(definition.token, definition);
    this.#seen = components.length;
    this.version++;
  }

  set(definition: Definition): void {
    this.refresh();
    if (definition.kind === 'alias') this.#refuseLoop(definition.token, definition.target);
    this.#definitions.set(definition.token, definition);
    this.version++;
  }

  get(token: TokenKey): Definition | undefined {
    this.refresh();
    return this.#definitions.get(token) ?? this.#builtIn.get(token);
  }

  /** Follows aliases to the provider that makes the value. */
  target(token: TokenKey): Exclude<Definition, { kind: 'alias' }> | undefined {
    let definition = this.get(token);
    while (definition?.kind === 'alias') definition = this.get(definition.target);
    return definition;
  }

  tokens(): TokenKey[] {
    this.refresh();
    return [...new Set([...this.#builtIn.keys(), ...this.#definitions.keys()])];
  }

  #refuseLoop(alias: TokenKey, target: TokenKey): void {
    const chain = [alias];
    for (let next: TokenKey | undefined = target; next; ) {
      chain.push(next);
      if (next === alias) {
        throw new AliasLoopError(
          `an alias that leads back to itself: ${chain.map(tokenName).join(' -> ')}`,
          'Alias to the class or token that has a provider of its own.',
        );
      }
      const definition = this.#definitions.get(next);
      next = definition?.kind === 'alias' ? definition.target : undefined;
    }
  }

  snapshot(): RegistrySnapshot {
    this.refresh();
    return { definitions: new Map(this.#definitions), seen: this.#seen };
  }

  restore(snapshot: RegistrySnapshot): void {
    this.#definitions = new Map(snapshot.definitions);
    // Classes decorated since are taken in again: their module is evaluated once, so nobody would repeat it.
    this.#seen = snapshot.seen;
    this.version++;
  }

  /** Back to what is built in; what was decorated so far is forgotten. */
  reset(): void {
    this.#definitions = new Map();
    this.#seen = components.length;
    this.version++;
  }
}

/** Whether a class was decorated, whatever a container has forgotten since. */
export function wasDecorated(token: TokenKey): boolean {
  return components.some((definition) => definition.token === token);
}

/** Refuses what can never be a token. */
export function checkToken(token: unknown, where: string): TokenKey {
  if ((typeof token === 'object' && token !== null) || typeof token === 'function') return token;
  throw new RegistrationError(
    `${where}: ${token === undefined ? 'undefined' : `a ${typeof token}`} is not a token`,
    token === undefined
      ? 'The class may not be loaded yet: look for an import cycle, or an interface where a class is meant.'
      : "Pass a class, an abstract class, or what token<T>('name') made.",
  );
}
