import { describe, expect, it } from 'vitest';
import { transform } from '../dist/transform/transform.js';
import { evaluate, runtime } from './fixtures/transform/evaluate.js';

const { declarationOf } = runtime;

describe('functions in decorateProvider and override', async () => {
  const module = await evaluate({
    'main.ts': `
class Mailer {}
class Clock {}
const container = {
  decorateProvider: (_: unknown, fn: object) => fn,
  override: (_: unknown, provider: { useFactory: object }) => provider.useFactory,
};
export const arrow = container.decorateProvider(Mailer, (mailer, clock: Clock) => mailer);
export const eventual = container.decorateProvider(Mailer, async function late(mailer: Mailer) {});
export const factory = container.override(Mailer, { useFactory: (clock: Clock) => clock });
export const named = (() => {
  const inner = (mailer: Mailer, clock: Clock) => mailer;
  return container.decorateProvider(Mailer, inner);
})();
export { Mailer, Clock };`,
  });
  const recordOf = (name: string) => declarationOf(module[name] as object); // exported above

  it('are declared with their types', () => {
    expect(recordOf('arrow')?.tokens()).toEqual([undefined, module.Clock]);
    expect(recordOf('eventual')?.tokens()).toEqual([module.Mailer]);
    expect(recordOf('factory')?.tokens()).toEqual([module.Clock]);
    expect(recordOf('named')?.tokens()).toEqual([module.Mailer, module.Clock]);
  });

  it('go to no thread: they make what lives on the main one', () => {
    expect(recordOf('arrow')).not.toHaveProperty('thread');
    expect(recordOf('factory')).not.toHaveProperty('thread');
  });

  it('takes only the second argument', () => {
    const source = `class A {}\nexport const x = [c.decorateProvider((a: A) => a, 1, (b: A) => b)];`;
    expect(transform(source, '/app.ts')).toBeUndefined();
  });
});

describe('functions in the cases of a switch', async () => {
  const module = await evaluate({
    'main.ts': `
class Mailer {}
const inject = (fn: object) => fn;
export const log: string[] = [];
const test = (name: string) => { log.push(name); return name; };
export function choose(which: string) {
  switch (which) {
    default:
      return inject(first);
    case test('a'):
      function first(mailer: Mailer) {}
      async function second(mailer: Mailer) {}
      return inject(second);
    case (test('b')):
      return inject(first);
  }
}
export function alone(which: string) {
  switch (which) { default: function only(mailer: Mailer) {} return inject(only); }
}
export { Mailer };`,
  });
  const choose = module.choose as (which: string) => { name: string }; // exported above

  it.each([
    ['a', 'second', 'async', ['a']],
    ['b', 'first', 'sync', ['a', 'b']],
    ['another', 'first', 'sync', ['a', 'b']],
  ])('are declared whichever case runs: %s', (which, name, kind, tests) => {
    const log = module.log as string[]; // exported above
    log.length = 0;
    const chosen = choose(which);
    expect(chosen.name).toBe(name);
    expect(declarationOf(chosen)).toMatchObject({ name, kind });
    expect(declarationOf(chosen)?.tokens()).toEqual([module.Mailer]);
    expect(log).toEqual(tests);
  });

  it('are declared where no case has a test, too', () => {
    const only = (module.alone as (which: string) => object)('a'); // exported above
    expect(declarationOf(only)?.tokens()).toEqual([module.Mailer]);
  });
});

describe('functions in blocks', async () => {
  const module = await evaluate({
    'main.ts': `
class Mailer {}
const inject = (fn: object) => fn;
export function directed() {
  'use strict'
  function inner(mailer: Mailer) {}
  return inject(inner);
}
export class Holder {
  static held: object;
  static /* { */ { this.held = inject(inner); function inner(mailer: Mailer) {} }
}
export function withClass(value: unknown) {
  switch (value) {
    case class extends Error {}:
      function inner(mailer: Mailer) {}
    default:
      return inject(inner);
  }
}
export { Mailer };`,
  });
  it.each([
    ['behind a directive that no semicolon ends', module.directed],
    ['of a static block', () => (module.Holder as { held: object }).held], // exported above
    ['in a switch whose first test is a class', module.withClass],
  ])('%s are declared', (_, make) => {
    const fn = (make as () => object)(); // each gives a function
    expect(declarationOf(fn)?.tokens()).toEqual([module.Mailer]);
  });
});

it('a getter that gives a factory is left alone', () => {
  expect(transform('export const a = { get useFactory() { return 1 } };', '/app.ts')).toBeUndefined();
});

describe('functions for after the response', () => {
  const source = `
import { after, BackgroundTask as Later } from 'offstage';
import { handler } from 'offstage/hono';
class Mailer {}
export const takes = () => [
  after((a1: Mailer) => {}),
  after.always(async (a2: Mailer) => {}),
  new Later((a3: Mailer) => {}),
  handler((a4: Mailer) => {}),
  tasks.addTask((a5: Mailer) => {}),
  other.after((b1: Mailer) => {}),
  other.handler((b2: Mailer) => {}),
];`;
  it('are declared, and those given to others of the same name are not', () => {
    const code = transform(source, '/app.ts')?.code ?? '';
    const declaredNames = [...code.matchAll(/"name":"([ab]\d)"/g)].map(([, name]) => name);
    expect(declaredNames).toEqual(['a1', 'a2', 'a3', 'a4', 'a5']);
  });
});
