import {
  CircularDependencyError,
  type OffstageError,
  ProviderNotFoundError,
  RegistrationError,
} from '../../errors.js';
import { positionOf, signature } from '../../reflection/parameters.js';
import { foreignCopy } from '../registry/copies.js';
import type { Provider } from '../registry/provider.js';
import { builtInTokens, type Registry, wasDecorated } from '../registry/registry.js';
import { DerivedToken } from '../tokens/derived-token.js';
import { type TokenKey, tokenName } from '../tokens/token.js';
import { needsOf, providerFor } from './needs.js';

/**
 * Finds what is missing or circular below a token, with the whole chain that leads there.
 *
 * @param isMade whether a provider has made its singleton, for which nothing is looked for again
 * @param asker the function or class whose parameter asks for the token
 */
export function explain(
  registry: Registry,
  key: TokenKey,
  provider: Provider | undefined,
  isMade: (provider: Provider) => boolean,
  asker: object | undefined,
): OffstageError | undefined {
  const chain: Provider[] = [];
  const done = new Set<Provider>();
  const visit = (next: Provider, asking: Registry): OffstageError | undefined => {
    if (done.has(next) || isMade(next)) return undefined;
    if (chain.includes(next)) return circular([...chain.slice(chain.indexOf(next)), next]);
    chain.push(next);
    const home = asking.homeOf(next);
    for (const need of needsOf(next, home)) {
      if (!need.token) continue;
      const target = providerFor(need, home);
      const problem = target ? visit(target, home) : missing(home, chain, need.token, asker);
      if (problem) return problem;
    }
    chain.pop();
    done.add(next);
    return undefined;
  };
  return provider ? visit(provider, registry) : missing(registry, [], key, asker);
}

/** The error for a token without a provider. */
export function missing(
  registry: Registry,
  chain: readonly Provider[],
  token: TokenKey,
  asker: object | undefined,
): ProviderNotFoundError {
  const name = tokenName(token);
  const path = [...(asker ? [line(asker)] : []), ...chain.map(described), name];
  const problem = [
    `no provider for ${name}`,
    ...(path.length > 1 ? [draw(path)] : []),
    registered(registry, name),
  ].join('\n');
  return new ProviderNotFoundError(problem, remedy(registry, token, name));
}

function remedy(registry: Registry, token: TokenKey, name: string): string {
  if (wasDecorated(token)) {
    return `${name} is decorated, but reset() has forgotten it: call ${registering(registry, `${name}, …`)}, or use snapshot() and restore() in tests.`;
  }
  const copies = foreignCopy(token);
  if (copies) {
    return `${name} is decorated by another copy of offstage: ${copies.other}, and not ${copies.own}. Install one copy for both: npm ls offstage tells who brings which.`;
  }
  if (token instanceof DerivedToken) {
    const of = tokenName(token.of);
    return token.derivation === 'all'
      ? `Call ${registering(registry, `${of}, …, { many: true }`)} for each of them.`
      : remedy(registry, token.of, of);
  }
  if (typeof token !== 'function')
    return `Call ${registering(registry, `${name}, { useValue | useFactory | useClass }`)}.`;
  const decorate = `Decorate ${name} with @singleton, @transient or @resource, or call ${registering(registry, `${name}, …`)}.`;
  // An abstract class takes no decorator, and looks like any other at run time.
  const heir = registry.tokens().find((other) => Object.prototype.isPrototypeOf.call(token, other));
  if (!heir) return decorate;
  const other = tokenName(heir);
  return `${other} extends it: call Container.aliasProvider(${name}, ${other}), or write @singleton({ provide: ${name} }) before ${other}. Or, if ${name} is not abstract: ${decorate}`;
}

/** How to register where it is missing: what another container has is of no use there. */
function registering({ isDefault, parent }: Registry, args: string): string {
  if (isDefault) return `Container.registerProvider(${args})`;
  const alone = parent ? '' : ', or create it with a parent that has one';
  return `registerProvider(${args}) of this container${alone}`;
}

/** Refuses a list, and what is made later, where a provider is registered, replaced or decorated. */
export function refuseDerived(token: TokenKey, where: string): void {
  if (!(token instanceof DerivedToken)) return;
  const { derivation, of } = token;
  const name = tokenName(of);
  throw new RegistrationError(
    `${where}() was given ${derivation}(${name}), which has no provider of its own`,
    derivation === 'all'
      ? `It has what is registered for ${name} with { many: true }: register, replace or decorate each of these.`
      : `Name ${name} instead.`,
  );
}

function registered(registry: Registry, name: string): string {
  const names = registry.tokens().map(tokenName).sort();
  const near = nearest(name, [...names, ...builtInTokens().map(tokenName)]);
  const shown = names.length > 12 ? [...names.slice(0, 12), `… ${names.length - 12} more`] : names;
  return `Registered: ${shown.join(', ')}.${near ? ` Did you mean ${near}?` : ''}`;
}

/** The error for providers that need each other; the last one is the first one again. */
export function circular(chain: readonly Provider[]): CircularDependencyError {
  const name = tokenName(chain[0]?.token);
  const path = [...chain.slice(0, -1).map(described), `${name}   (again)`];
  return new CircularDependencyError(
    `${name} needs itself\n${draw(path)}`,
    'Move what they share into a class of its own, or have one of them take the other as Lazy.',
  );
}

function described(provider: Provider): string {
  const name = tokenName(provider.token);
  if (provider.kind === 'alias') return `${name}, an alias`;
  if ('make' in provider && provider.make !== provider.token) return `${name} by ${line(provider.make)}`;
  return line(provider.token);
}

function line(target: TokenKey): string {
  const text = typeof target === 'function' ? signature(target) : tokenName(target);
  const position = positionOf(target);
  return position ? `${text}   ${position}` : text;
}

/** A chain, one step a line, each a little further in. */
function draw(steps: readonly string[]): string {
  return steps
    .map((step, depth) => (depth === 0 ? `  ${step}` : `${'   '.repeat(depth)}└─ ${step}`))
    .join('\n');
}

/** The name that differs least, if the difference can be a slip of the hand. */
function nearest(name: string, names: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of names) {
    const difference = distance(name.toLowerCase(), candidate.toLowerCase());
    if (difference < least) [best, least] = [candidate, difference];
  }
  return best;
}

/** Levenshtein's distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitution));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
