import { positionOf } from '../../reflection/parameters.js';
import { nameOf } from '../../values.js';
import { isOurs } from '../failures.js';
import type { Call } from '../injection/call.js';
import type { Provider } from '../registry/provider.js';
import type { Registry } from '../registry/registry.js';
import { needsOf, providerFor } from '../resolution/needs.js';
import type { Scope } from '../scope.js';
import { DerivedToken, tokenOf } from '../tokens/derived-token.js';
import { tokenName } from '../tokens/token.js';
import { providersOf } from './load-types.js';
import { type Drawn, merged } from './merged.js';

/** A provider, or a function that `inject` has wrapped. */
export interface GraphNode {
  /** Unique in its graph. */
  readonly id: string;
  readonly name: string;
  readonly kind: Provider['kind'] | 'function';
  readonly scope?: Scope;
  /** Where its class or function stands, as far as that is known: `src/app.ts:12`. */
  readonly position?: string;
}

/** One node needs another. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** The name of the parameter, `''` for an alias. */
  readonly label: string;
}

/** What a container knows, and what needs what. */
export class Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];

  /** @internal */
  constructor(registry: Registry, calls: readonly Call[]) {
    const drawing = new Drawing(registry);
    for (const provider of providersOf(registry)) {
      drawing.provider(provider);
      drawing.finish();
    }
    for (const call of calls) {
      drawing.call(call);
      drawing.finish();
    }
    const { nodes, edges } = drawing.result();
    this.nodes = nodes;
    this.edges = edges;
  }

  /** The graph as a Mermaid flow chart. */
  toMermaid(): string {
    const nodes = this.nodes.map(
      ({ id, name, kind, scope }) =>
        `  ${id}["${quoted(name)}${kind === 'function' ? '()' : ''}"]${scope ? `:::${scope}` : ''}`,
    );
    const edges = this.edges.map(
      ({ from, to, label }) => `  ${from} -->${label ? `|"${quoted(label)}"|` : ''} ${to}`,
    );
    return `${['flowchart LR', ...nodes, ...edges].join('\n')}\n`;
  }

  /** The graph in the language of Graphviz. */
  toDot(): string {
    const nodes = this.nodes.map(
      ({ id, name, kind, scope }) =>
        `  ${id} [label=${JSON.stringify(scope ? `${name}\n${scope}` : name)}${kind === 'function' ? ', shape=box' : ''}];`,
    );
    const edges = this.edges.map(
      ({ from, to, label }) => `  ${from} -> ${to}${label ? ` [label=${JSON.stringify(label)}]` : ''};`,
    );
    return `${['digraph offstage {', ...nodes, ...edges, '}'].join('\n')}\n`;
  }
}

function quoted(text: string): string {
  return text.replaceAll('"', '#quot;').replaceAll('<', '#lt;').replaceAll('>', '#gt;');
}

class Drawing {
  readonly #nodes: GraphNode[] = [];
  readonly #edges: GraphEdge[] = [];
  readonly #registry: Registry;
  /** By the registry that gives the value: what a singleton of a parent needs is the parent's, too. */
  readonly #ids = new Map<Registry, Map<object, string>>();
  /** What each node stands for. */
  readonly #subjects = new Map<string, object>();
  /** Those whose needs are still to be drawn: a list, since a chain of them may be longer than the stack is deep. */
  readonly #added: (readonly [id: string, provider: Provider, home: Registry])[] = [];

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  provider(provider: Provider, asker = this.#registry): string {
    const home = asker.homeOf(provider);
    const ids = this.#ids.get(home) ?? new Map<object, string>();
    this.#ids.set(home, ids);
    // What a token is derived from is what its provider is made anew for: so the token names the node.
    const derived = provider.token instanceof DerivedToken && !('make' in provider);
    const key = derived ? provider.token : provider;
    const known = ids.get(key);
    if (known) return known;
    const target = 'make' in provider ? provider.make : provider.token;
    const id = this.#add(key, {
      name: tokenName(provider.token),
      kind: provider.kind,
      ...('scope' in provider && { scope: provider.scope }),
      ...placeOf(target),
    });
    ids.set(key, id);
    this.#added.push([id, provider, home]);
    return id;
  }

  call(call: Call): void {
    const id = this.#add(call, { name: nameOf(call.fn), kind: 'function', ...placeOf(call.fn) });
    for (const { token, name } of call.parameters() ?? []) {
      if (token) this.#edge(id, this.#registry.get(tokenOf(token)), name, this.#registry);
    }
  }

  /** Draws what the added providers need, which may add more of them. */
  finish(): void {
    for (const [id, provider, home] of this.#added) {
      if (provider.kind === 'lazy' || provider.kind === 'factory-of')
        this.#edge(id, home.get(provider.target), provider.kind, home);
      else this.#needs(id, provider, home);
    }
    this.#added.length = 0;
  }

  result(): Drawn {
    return merged({ nodes: this.#nodes, edges: this.#edges }, this.#subjects);
  }

  #add(subject: object, node: Omit<GraphNode, 'id'>): string {
    const id = `n${this.#nodes.length}`;
    this.#subjects.set(id, subject);
    this.#nodes.push({ id, ...node });
    return id;
  }

  #needs(from: string, provider: Provider, home: Registry): void {
    try {
      for (const need of needsOf(provider, home, false, () => {})) {
        const label = provider.kind === 'alias' ? '' : need.parameter.name;
        this.#edge(from, providerFor(need, home), label, home);
      }
    } catch (error) {
      // What a provider lacks is told by validate(); the rest of the graph can be drawn.
      if (!isOurs(error)) throw error;
    }
  }

  #edge(from: string, provider: Provider | undefined, label: string, asker: Registry): void {
    if (provider) this.#edges.push({ from, to: this.provider(provider, asker), label });
  }
}

function placeOf(target: object): { readonly position?: string } {
  const position = positionOf(target);
  return position ? { position } : {};
}
