import fc from 'fast-check';
import {
  all,
  Container,
  type Factory,
  factory,
  Lazy,
  lazy,
  OffstageError,
  optional,
  Scope,
  type Token,
  token,
  type ValidationError,
} from 'offstage';
import { expect, test } from 'vitest';
import { quietLog } from './fixtures/quiet-log.js';

// A token that is drawn twice is overwritten.
quietLog();

type Way = 'plain' | 'lazy' | 'factory' | 'optional' | 'all';
type Use = readonly [way: Way, target: number];
interface Node {
  readonly kind: 'singleton' | 'resource' | 'transient' | 'value' | 'alias' | 'many' | 'missing';
  readonly needs: readonly Use[];
}

const uses: fc.Arbitrary<Use> = fc.tuple(
  fc.constantFrom<Way>('plain', 'plain', 'lazy', 'factory', 'factory', 'optional', 'all'),
  fc.nat(),
);
const graphs = fc.array(
  fc.record({
    kind: fc.constantFrom<Node['kind']>(
      'singleton',
      'singleton',
      'resource',
      'transient',
      'transient',
      'value',
      'alias',
      'many',
      'missing',
    ),
    needs: fc.array(uses, { maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 7 },
);

/** What was made, with what it was given. */
class Made {
  constructor(readonly parts: readonly unknown[]) {}
}

/** A container with the graph; aliases that would loop are left out, since they are refused at once. */
function world(nodes: readonly Node[]): { container: typeof Container; tokens: readonly Token<object>[] } {
  const container = Container.create();
  const tokens = nodes.map((_, index) => token<object>(`node ${index}`));
  const at = (index: number) => tokens[index % tokens.length] as Token<object>; // within bounds
  const ways = { plain: at, lazy: (i: number) => lazy(at(i)), factory: (i: number) => factory(at(i)) };
  const asked = ([way, target]: Use): Token =>
    way === 'optional' ? optional(at(target)) : way === 'all' ? all(at(target)) : ways[way](target);
  for (const [index, { kind, needs }] of nodes.entries()) {
    const make = { useFactory: (...parts: unknown[]) => new Made(parts), deps: needs.map(asked) };
    const own = at(index);
    if (kind === 'value') container.registerProvider(own, { useValue: {} });
    else if (kind === 'many') container.registerProvider(own, make, { many: true });
    else if (kind === 'alias') {
      try {
        container.aliasProvider(own, at(needs[0]?.[1] ?? index + 1));
      } catch (error) {
        expect(error).toHaveProperty('code', 'ERR_OFFSTAGE_ALIAS_LOOP');
      }
    } else if (kind !== 'missing') container.registerProvider(own, { ...make, scope: Scope[titled(kind)] });
  }
  return { container, tokens };
}

function titled(kind: 'singleton' | 'resource' | 'transient') {
  return ({ singleton: 'Singleton', resource: 'Resource', transient: 'Transient' } as const)[kind];
}

/** Resolves a token, and then everything that it asks for later. */
async function use(container: typeof Container, asked: Token<object>): Promise<void> {
  await using scope = container.openScope();
  const seen = new Set<unknown>();
  const visit = async (value: unknown, depth: number): Promise<void> => {
    if (seen.has(value) || depth > 12) return;
    seen.add(value);
    if (value instanceof Lazy) await visit(await value.load(), depth + 1);
    else if (typeof value === 'function') await visit((value as Factory<unknown>)(), depth + 1);
    else if (Array.isArray(value)) for (const item of value) await visit(item, depth + 1);
    else if (value instanceof Made) for (const part of value.parts) await visit(part, depth + 1);
  };
  await visit(await scope.resolveAsync(asked), 0);
}

const planning = new Set([
  'ERR_OFFSTAGE_PROVIDER_NOT_FOUND',
  'ERR_OFFSTAGE_CIRCULAR_DEPENDENCY',
  'ERR_OFFSTAGE_CAPTIVE_DEPENDENCY',
  'ERR_OFFSTAGE_REGISTRATION',
]);

test('validate finds problems exactly when some resolution fails for such a reason', async () => {
  await fc.assert(
    fc.asyncProperty(graphs, async (nodes) => {
      const { container, tokens } = world(nodes);
      const problems = await container.validate().then(
        () => [],
        (error: ValidationError) => error.problems.map(({ code }) => code),
      );
      const failures: string[] = [];
      for (const asked of [...tokens, ...tokens.map(all)]) {
        if (!container.hasProvider(asked)) continue;
        // A container of its own, so that one failure hides no other.
        const fresh = world(nodes);
        const again =
          fresh.tokens[tokens.indexOf(asked as Token<object>)] ??
          all(fresh.tokens[tokens.map(all).indexOf(asked as never)] as Token<object>);
        await use(fresh.container, again as Token<object>).catch((error: unknown) => {
          expect(error).toBeInstanceOf(OffstageError);
          failures.push((error as OffstageError).code); // just checked
        });
      }
      expect(problems.filter((code) => !planning.has(code))).toEqual([]);
      expect(problems.length > 0).toBe(failures.length > 0);
      for (const code of failures) expect(problems).toContain(code);
    }),
    { numRuns: 1_000 },
  );
});
