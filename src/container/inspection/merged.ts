import type { GraphEdge, GraphNode } from './graph.js';

/** What a graph shows. */
export interface Drawn {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/**
 * Shows as one what child and parent make alike: nodes of one subject that need the same.
 *
 * @param subjects what each node stands for, by its id
 */
export function merged({ nodes, edges }: Drawn, subjects: ReadonlyMap<string, object>): Drawn {
  if (new Set(subjects.values()).size === nodes.length) return { nodes, edges };
  const needs = new Map(nodes.map(({ id }): [string, GraphEdge[]] => [id, []]));
  for (const edge of edges) needs.get(edge.from)?.push(edge);
  const shown = new Map<object, Map<string, string>>();
  const standIn = new Map<string, string>();
  const shownAs = (id: string) => standIn.get(id) ?? id;
  for (const id of inOrderOfNeed(nodes, needs)) {
    const below = (needs.get(id) ?? []).map(({ to, label }) => [shownAs(to), label]);
    const subject = subjects.get(id) as object; // each node has one
    const alike = shown.get(subject) ?? new Map<string, string>();
    shown.set(subject, alike);
    const key = JSON.stringify(below);
    standIn.set(id, alike.get(key) ?? id);
    alike.set(key, shownAs(id));
  }
  const isShown = (id: string) => shownAs(id) === id;
  return {
    nodes: nodes.filter(({ id }) => isShown(id)),
    edges: edges.filter(({ from }) => isShown(from)).map((edge) => ({ ...edge, to: shownAs(edge.to) })),
  };
}

/** Each node behind those that it needs: by a list, since a chain may be longer than the stack is deep. */
function* inOrderOfNeed(
  nodes: readonly GraphNode[],
  needs: ReadonlyMap<string, readonly GraphEdge[]>,
): Generator<string> {
  const entered = new Set<string>();
  const left = nodes.map(({ id }) => ({ id, below: false }));
  for (let next = left.pop(); next; next = left.pop()) {
    const { id, below } = next;
    if (below) yield id;
    if (below || entered.has(id)) continue;
    entered.add(id);
    left.push({ id, below: true });
    for (const { to } of needs.get(id) ?? []) left.push({ id: to, below: false });
  }
}
