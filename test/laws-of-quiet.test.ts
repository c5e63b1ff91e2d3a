import fc from 'fast-check';
import { Background, Container, type Container as ContainerType, inject, Resource, Scope } from 'offstage';
import { expect, test } from 'vitest';
import { quietLog } from './fixtures/quiet-log.js';

// Tasks that fail are logged.
quietLog();

/** What one call does: opens resources, adds tasks, joins itself, each with its own delay. */
interface Plan {
  /** The place of the Background among the resources: it must not matter. */
  readonly backgroundAt: number;
  readonly resources: number;
  /** After how many turns each task ends, and how many tasks it adds itself. */
  readonly tasks: readonly { readonly turns: number; readonly more: number; readonly fails: boolean }[];
  /** After how many turns each call ends that shares a resource, and is not awaited. */
  readonly joins: readonly number[];
  readonly bodyFails: boolean;
}

const turns = fc.nat({ max: 6 });
const plans: fc.Arbitrary<Plan> = fc.record({
  backgroundAt: fc.nat({ max: 3 }),
  resources: fc.integer({ min: 1, max: 4 }),
  tasks: fc.array(fc.record({ turns, more: fc.nat({ max: 2 }), fails: fc.boolean() }), { maxLength: 4 }),
  joins: fc.array(turns, { maxLength: 3 }),
  bodyFails: fc.boolean(),
});

async function wait(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await Promise.resolve();
}

/** Runs a plan, and checks at each closing that nothing is under way. */
async function run(container: ContainerType, plan: Plan): Promise<{ closed: number; ended: number }> {
  let underWay = 0;
  let ended = 0;
  const order: number[] = [];
  const during = async (count: number) => {
    underWay++;
    await wait(count);
    underWay--;
    ended++;
  };
  const types = Array.from({ length: plan.resources }, (_, index) => {
    class Session {
      async [Resource.exit]() {
        expect(underWay, `under way when resource ${index} closes`).toBe(0);
        await Promise.resolve();
        order.push(index);
      }
    }
    container.registerProvider(Session, { useClass: Session, scope: Scope.Resource, nested: 'share' });
    return Session;
  });
  const joining = inject([...types], async (...sessions: unknown[]) => {
    await during(Number(sessions.at(-1)));
  }) as (turns: number) => Promise<void>;
  const tokens: (typeof Background | (typeof types)[number])[] = [...types];
  const at = Math.min(plan.backgroundAt, types.length);
  tokens.splice(at, 0, Background);
  const body = inject(tokens, async (...values: unknown[]) => {
    const bg = values[at] as Background; // in the place of its token
    for (const { turns, more, fails } of plan.tasks) {
      await bg.add(async () => {
        for (let i = 0; i < more; i++) await bg.add(async () => during(turns));
        await during(turns);
        if (fails) throw new Error('a task fails');
      });
    }
    for (const turns of plan.joins) void joining(turns);
    if (plan.bodyFails) throw new Error('the body fails');
  }) as () => Promise<void>;
  const failure = await body().then(
    () => undefined,
    (error: Error) => error.message,
  );
  expect(failure).toBe(plan.bodyFails ? 'the body fails' : undefined);
  expect(order).toEqual(types.map((_, index) => types.length - 1 - index));
  return { closed: order.length, ended };
}

test('nothing closes before all tasks, those they add, and all calls that joined have ended, in whatever order they were opened', async () => {
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      const container = Container.create();
      const { closed, ended } = await container.run(() => run(container, plan));
      const added = plan.tasks.reduce((sum, { more }) => sum + 1 + more, 0);
      expect(closed).toBe(plan.resources);
      expect(ended).toBe(added + plan.joins.length);
      await container.dispose();
    }),
    { numRuns: 1_000 },
  );
});
