import { partsOf } from './holders.js';
import { plansOf } from './plan.js';
import { Singleton } from './singleton.js';

/** A singleton on the way through those that it holds. */
interface Visit {
  readonly singleton: Singleton;
  readonly held: Iterator<Singleton>;
  /** Its number, in the order of the visits. */
  readonly number: number;
  /** The lowest number that it leads back to. */
  low: number;
}

/**
 * The order in which singletons are closed: the last one that was made first, but before what a `Lazy` or a `Factory` has
 * given it later. Those that hold each other in a circle keep to the order in which they were made.
 *
 * @param made in that order
 */
export function closingOrder(made: readonly Singleton[]): readonly Singleton[] {
  const among = new Set(made);
  if (!made.some(({ later }) => later.size > 0)) return made.toReversed(); // most have nothing later
  const age = new Map(made.map((singleton, index) => [singleton, index]));
  const order: Singleton[] = [];
  for (const circle of circlesOf(made, among)) {
    order.push(...circle.sort((a, b) => (age.get(a) ?? 0) - (age.get(b) ?? 0)));
  }
  return order.reverse();
}

/** Those that hold each other, by Tarjan's algorithm: first who holds no others. No calls within calls: chains are long. */
function* circlesOf(made: readonly Singleton[], among: ReadonlySet<Singleton>): Generator<Singleton[]> {
  const numbers = new Map<Singleton, number>();
  const open: Singleton[] = [];
  const isOpen = new Set<Singleton>();
  for (const root of made) {
    const path: Visit[] = [];
    const visit = (singleton: Singleton) => {
      const number = numbers.size;
      numbers.set(singleton, number);
      open.push(singleton);
      isOpen.add(singleton);
      path.push({ singleton, held: heldBy(singleton, among).values(), number, low: number });
    };
    if (!numbers.has(root)) visit(root);
    for (let last = path.at(-1); last; last = path.at(-1)) {
      const next = last.held.next();
      if (!next.done) {
        const known = numbers.get(next.value);
        if (known === undefined) visit(next.value);
        else if (isOpen.has(next.value)) last.low = Math.min(last.low, known);
        continue;
      }
      path.pop();
      const before = path.at(-1);
      if (before) before.low = Math.min(before.low, last.low);
      if (last.low < last.number) continue;
      const circle = open.splice(open.lastIndexOf(last.singleton));
      for (const singleton of circle) isOpen.delete(singleton);
      yield circle;
    }
  }
}

/** The singletons that one was made of, or was given later. */
function heldBy({ plan, later }: Singleton, among: ReadonlySet<Singleton>): Singleton[] {
  const parts = [...plansOf(plan?.dependencies ?? [])].flatMap((part) => [...partsOf(part)]);
  return [...parts, ...later].filter(
    (part): part is Singleton => part instanceof Singleton && among.has(part),
  );
}
