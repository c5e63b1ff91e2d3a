import { Container, factory, Scope } from 'offstage';
import { expect, test } from 'vitest';
import { workOf } from './fixtures/counted-work.js';

test('a', async () => {
  const types = (count: number) => Array.from({ length: count }, () => class {});
  const cost = async (made: number) => {
    const container = Container.create();
    for (const type of types(made)) {
      container.registerProvider(type, { useClass: type, deps: [] });
      container.resolve(type);
    }
    const later = types(500);
    return workOf(() => {
    for (const type of later) container.registerProvider(type, { useClass: type, deps: [] });
    });
  };
  console.log(await cost(10), await cost(5000), await cost(10));
  class Pool {}
  class Handed {}
  const container = Container.create();
  container.registerProvider(Handed, { scope: Scope.Transient, useFactory: () => new Pool() });
  const c2 = async (count: number) => {
    await using scope = container.openScope();
    const make = scope.resolve(factory(Handed));
    return (await workOf(() => { for (let i = 0; i < count; i++) make(); })) / count;
  };
  console.log(await c2(100), await c2(40000));
});
