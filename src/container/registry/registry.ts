import { AliasLoopError } from '../../errors.js';
import { useFlow } from '../scopes/flow.js';
import { DerivedToken, derive } from '../tokens/derived-token.js';
import { type TokenKey, tokenName } from '../tokens/token.js';
import { tellCopies } from './copies.js';
import type { Provider } from './provider.js';

/** Classes that a decorator has declared, in the order of their evaluation: known to every container. */
const components: Provider[] = [];

/** What every container knows, also after `reset()`. */
const builtIn = new Map<TokenKey, Provider>();

/** Overrides that have ended: a snapshot from before brings none of them back, which nobody could take away again. */
const ended = new WeakSet<Provider>();

/** Counts what may change a registry from outside: decorated classes, and changes of a parent. */
export let outerChanges = 0;

/** Counts what became known to every container without a decorator. */
let additions = 0;

/** Says that something became known to every container: what was planned may need it. */
export function knownEverywhere(): void {
  additions++;
  outerChanges++;
}

/** Makes a provider known to every container, also after `reset()`. */
export function addBuiltIn(provider: Provider): void {
  builtIn.set(provider.token, provider);
  knownEverywhere(); // an adapter may load when containers are in use
}

/** What is there without having been registered. */
export function builtInTokens(): TokenKey[] {
  return [...builtIn.keys()];
}

/** Makes decorated classes known to every container. */
export function declareComponent(provider: Provider): void {
  readyFor(provider);
  components.push(provider);
  tellCopies(provider.token);
  outerChanges++;
}

/** What a registry held at one moment. */
export interface RegistrySnapshot {
  readonly providers: ReadonlyMap<TokenKey, Provider>;
  readonly overrides: ReadonlyMap<TokenKey, readonly Provider[]>;
  readonly seen: number;
}

/** Which provider stands behind which token: the source of truth of a container. */
export class Registry {
  #providers = new Map<TokenKey, Provider>();
  /** What stands before a provider for a while; the last one counts. */
  #overrides = new Map<TokenKey, readonly Provider[]>();
  /** What was ever registered here: a child may still decorate what is replaced here by now. */
  readonly #registered = new WeakSet<Provider>();
  /** How many of the declared components this registry has taken in. */
  #seen = 0;
  #hasChildren = false;
  #additions = 0;
  readonly parent: Registry | undefined;
  /** Whether it is that of the default container, for messages. */
  readonly isDefault: boolean;
  /** Counts changes, so that compiled plans know when they are out of date. */
  version = 0;

  constructor(parent?: Registry, isDefault = false) {
    this.parent = parent;
    this.isDefault = isDefault;
    // Decorated classes come from the root, so that parent and child share their singletons.
    if (parent) {
      this.#seen = Number.POSITIVE_INFINITY;
      parent.#hasChildren = true;
    }
  }

  /** Says that what was planned is out of date. */
  changed(): void {
    this.version++;
    if (this.#hasChildren) outerChanges++;
  }

  /** Takes in what was decorated since the last look. */
  refresh(): void {
    if (this.#seen >= components.length && this.#additions === additions) return;
    for (const provider of components.slice(this.#seen)) this.#take(provider.token, provider);
    if (this.#seen < components.length) this.#seen = components.length;
    this.#additions = additions;
    this.changed();
  }

  set(provider: Provider): void {
    readyFor(provider);
    this.refresh();
    if (provider.kind === 'alias') this.#refuseLoop(provider.token, provider.target);
    this.#take(provider.token, provider);
    this.changed();
  }

  #take(token: TokenKey, provider: Provider): void {
    this.#providers.set(token, provider);
    for (const each of [provider, ...membersOf(provider)]) this.#registered.add(each);
  }

  /** Adds one more to what `all(token)` gives. */
  add(member: Provider): void {
    readyFor(member);
    const token = derive('all', member.token);
    const before = this.#providers.get(token);
    this.set({ kind: 'all', token, members: [...membersOf(before), member] });
  }

  /** Puts a provider before the others; gives a function that takes it away again. */
  override(provider: Provider): () => void {
    readyFor(provider);
    const { token } = provider;
    if (provider.kind === 'alias') this.#refuseLoop(token, provider.target);
    this.#overrides.set(token, [...(this.#overrides.get(token) ?? []), provider]);
    this.#registered.add(provider);
    this.changed();
    return () => {
      ended.add(provider);
      const left = (this.#overrides.get(token) ?? []).filter((other) => other !== provider);
      if (left.length > 0) this.#overrides.set(token, left);
      else this.#overrides.delete(token);
      this.changed();
    };
  }

  get(token: TokenKey): Provider | undefined {
    this.refresh();
    if (token instanceof DerivedToken) return this.#derived(token);
    return this.#overrides.get(token)?.at(-1) ?? this.own(token) ?? this.parent?.get(token);
  }

  /** The same behind what stands before it for a while, if anything is there. */
  lasting(token: TokenKey): Provider | undefined {
    const lasting =
      token instanceof DerivedToken ? undefined : (this.own(token) ?? this.parent?.lasting(token));
    return lasting ?? this.get(token);
  }

  /** What is registered here, not in a parent. */
  own(token: TokenKey): Provider | undefined {
    this.refresh();
    return this.#providers.get(token) ?? (this.parent ? undefined : builtIn.get(token));
  }

  #derived(token: DerivedToken): Provider | undefined {
    const { derivation, of } = token;
    if (derivation === 'all') return this.#all(token);
    if (derivation === 'optional') return { kind: 'optional', token, target: of };
    if (derivation === 'lazy') return this.get(of) && { kind: 'lazy', token, target: of };
    // A class need not be registered for a factory to make it: its parameters say enough.
    return this.get(of) || typeof of === 'function' ? { kind: 'factory-of', token, target: of } : undefined;
  }

  #all(token: DerivedToken): Provider | undefined {
    const own = this.#providers.get(token);
    const inherited = this.parent?.get(token);
    if (own?.kind !== 'all') return inherited;
    if (inherited?.kind !== 'all') return own;
    return { ...own, members: [...inherited.members, ...own.members] };
  }

  /** Follows aliases to the provider that makes the value. */
  target(token: TokenKey): Provider | undefined {
    return this.behind(this.get(token));
  }

  /** The same for a provider, if it is an alias. */
  behind(first: Provider | undefined): Provider | undefined {
    let provider = first;
    const chain = provider ? [provider.token] : [];
    while (provider?.kind === 'alias') {
      const next = provider.target;
      // It may run through a parent, which was aliased later and does not know its children.
      const loops = chain.includes(next);
      chain.push(next);
      if (loops) throw aliasLoop(chain);
      provider = this.get(next);
    }
    return provider;
  }

  /** Whether the provider was registered here, not in a parent: also one that was replaced since. */
  holds(provider: Provider): boolean {
    this.refresh();
    return this.#registered.has(provider) && !this.parent?.holdsOrInherits(provider);
  }

  /** The one that gives its value: a parent, for what outlives the request for it and was registered there. */
  homeOf(provider: Provider): Registry {
    return this.parent && lives(provider) && !this.holds(provider) ? this.parent.homeOf(provider) : this;
  }

  /** @internal */
  holdsOrInherits(provider: Provider): boolean {
    return this.holds(provider) || (this.parent?.holdsOrInherits(provider) ?? false);
  }

  /** Every token that the program has given a provider. */
  tokens(): TokenKey[] {
    this.refresh();
    const inherited = this.parent?.tokens() ?? [];
    return [...new Set([...inherited, ...this.#providers.keys(), ...this.#overrides.keys()])];
  }

  #refuseLoop(alias: TokenKey, target: TokenKey): void {
    const chain = [alias];
    for (let next: TokenKey | undefined = target; next; ) {
      chain.push(next);
      if (next === alias) throw aliasLoop(chain);
      const provider = this.get(next);
      next = provider?.kind === 'alias' ? provider.target : undefined;
    }
  }

  snapshot(): RegistrySnapshot {
    this.refresh();
    return {
      providers: new Map(this.#providers),
      overrides: new Map(this.#overrides),
      seen: components.length,
    };
  }

  restore(snapshot: RegistrySnapshot): void {
    this.#providers = new Map();
    for (const [token, provider] of snapshot.providers) this.#take(token, provider);
    this.#overrides = new Map();
    for (const [token, overrides] of snapshot.overrides) {
      const left = overrides.filter((provider) => !ended.has(provider));
      for (const provider of left) this.#registered.add(provider);
      if (left.length > 0) this.#overrides.set(token, left);
    }
    // Classes decorated since are taken in again: their module is evaluated once, so nobody would repeat it.
    if (!this.parent) this.#seen = snapshot.seen;
    this.changed();
  }

  /** Back to what is built in; what was decorated so far is forgotten. */
  reset(): void {
    this.#providers = new Map();
    this.#overrides = new Map();
    if (!this.parent) this.#seen = components.length;
    this.changed();
  }
}

/** Before any call that may need it is entered: it may ask for it later, by a `Lazy`. */
function readyFor(provider: Provider): void {
  if ('nested' in provider && provider.nested) useFlow();
}

/** Whether a value outlives the request for it, so that parent and child share it. */
function lives(provider: Provider): boolean {
  return provider.kind === 'value' || ('scope' in provider && provider.scope === 'singleton');
}

function membersOf(all: Provider | undefined): readonly Provider[] {
  return all?.kind === 'all' ? all.members : [];
}

/** Whether a provider is another one, or decorates it, directly or not. */
export function wraps(outer: Provider | undefined, inner: Provider): boolean {
  for (let at = outer; at; at = at.kind === 'factory' ? at.wraps : undefined) if (at === inner) return true;
  return false;
}

function aliasLoop(chain: readonly TokenKey[]): AliasLoopError {
  return new AliasLoopError(
    `an alias that leads back to itself: ${chain.map(tokenName).join(' -> ')}`,
    'Alias to the class or token that has a provider of its own.',
  );
}

/** Whether a class was decorated, whatever a container has forgotten since. */
export function wasDecorated(token: TokenKey): boolean {
  return components.some((provider) => provider.token === token);
}
