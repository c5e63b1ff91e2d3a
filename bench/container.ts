// Resolving, injecting and scopes, beside the peers.
import 'reflect-metadata';
import * as needle from '@needle-di/core';
import * as awilix from 'awilix';
import { Container as Inversify } from 'inversify';
import { Container, inject, Resource, Scope } from 'offstage';
import * as tsyringe from 'tsyringe';
import { createInjector, Scope as TypedScope } from 'typed-inject';
import { compare, compareAsync } from './compare.js';

// biome-ignore lint/suspicious/noExplicitAny: inversify takes only classes of this form
type Type = new (...args: any[]) => object;

class A {
  value = 1;
}
class B {
  value = 2;
}
const [a, b] = [new A(), new B()];
const add = (first: A, second: B, n: number) => first.value + second.value + n;

/** A tree of classes in which node `i` needs the nodes `2i + 1` and `2i + 2`. */
function tree(size: number): { types: Type[]; deps: (index: number) => Type[]; floor: () => object } {
  const needs = (index: number) => [2 * index + 1, 2 * index + 2].filter((need) => need < size);
  const types = Array.from({ length: size }, (_, index): Type => {
    const names = needs(index).map((need) => `n${need}`);
    const fields = names.map((name) => `this.${name} = ${name};`);
    return new Function(`return class N${index} { constructor(${names}) { ${fields.join('')} } }`)();
  });
  const written = (index: number): string => `new t${index}(${needs(index).map(written)})`;
  const names = types.map((_, index) => `t${index}`);
  const floor = new Function(...names, `return () => ${written(0)}`)(...types);
  return { types, deps: (index) => needs(index).map((need) => types[need] as Type), floor };
}

function inversifyOf(types: readonly Type[], deps: (index: number) => Type[]): Inversify {
  const container = new Inversify();
  for (const [index, type] of types.entries()) {
    const make = (...parts: unknown[]) => new type(...parts);
    container.bind(type).toResolvedValue(make, deps(index));
  }
  return container;
}

const singletonsOf = () => {
  Container.registerProvider(A, Scope.Singleton);
  Container.registerProvider(B, Scope.Singleton);
  const inversify = new Inversify();
  inversify.bind(A).toSelf().inSingletonScope();
  inversify.bind(B).toSelf().inSingletonScope();
  const rings = tsyringe.container.createChildContainer();
  rings.registerSingleton(A);
  rings.registerSingleton(B);
  const cradle = awilix.createContainer({ injectionMode: 'CLASSIC' });
  cradle.register({ a: awilix.asClass(A).singleton(), b: awilix.asClass(B).singleton() });
  const needles = new needle.Container();
  needles.bind({ provide: A, useClass: A });
  const injector = createInjector().provideClass('a', A).provideClass('b', B);
  return { inversify, rings, cradle, needles, injector };
};

export async function containerTables(): Promise<string[]> {
  const { inversify, rings, cradle, needles, injector } = singletonsOf();
  const values = new Map<Type, object>([[A, a]]);
  const tables = [
    await compare('A cached singleton', 300_000, [
      { name: 'Map.get (floor)', run: () => values.get(A) },
      { name: 'offstage', run: () => Container.resolve(A) },
      { name: 'typed-inject 5', run: () => injector.resolve('a') },
      { name: 'inversify 8', run: () => inversify.get(A) },
      { name: '@needle-di/core 1', run: () => needles.get(A) },
      { name: 'awilix 13', run: () => cradle.resolve('a') },
      { name: 'tsyringe 4', run: () => rings.resolve(A) },
    ]),
  ];
  for (const size of [3, 20]) tables.push(await treeTable(size));
  const injected = inject([A, B], add);
  function typed(first: A, second: B) {
    return first.value + second.value;
  }
  typed.inject = ['a', 'b'] as const;
  const closedOver = (n: number) => add(a, b, n);
  tables.push(
    await compare('An injected call: two singletons and one argument', 300_000, [
      { name: 'closed over (floor)', run: closedOver },
      { name: 'offstage inject', run: (n) => injected(n) },
      { name: 'typed-inject 5, injectFunction', run: (n) => injector.injectFunction(typed) + n },
      { name: 'inversify 8, get twice', run: (n) => add(inversify.get(A), inversify.get(B), n) },
      { name: 'tsyringe 4, resolve twice', run: (n) => add(rings.resolve(A), rings.resolve(B), n) },
    ]),
    await scopeTable(),
  );
  return tables;
}

async function treeTable(size: number): Promise<string> {
  const { types, deps, floor } = tree(size);
  const [root] = types as [Type, ...Type[]]; // a tree has a root
  for (const [index, type] of types.entries()) {
    Container.registerProvider(type, { useClass: type, scope: Scope.Transient, deps: deps(index) });
  }
  const inversify = inversifyOf(types, deps);
  const cradle = awilix.createContainer({ injectionMode: 'CLASSIC' });
  for (const [index, type] of types.entries()) cradle.register(`n${index}`, awilix.asClass(type as never));
  return compare(`A tree of ${size} transient classes`, 50_000, [
    { name: 'new (floor)', run: floor },
    { name: 'offstage', run: () => Container.resolve(root) },
    { name: 'inversify 8', run: () => inversify.get(root) },
    { name: 'awilix 13', run: () => cradle.resolve('n0') },
  ]);
}

class Session {
  open = true;
  async [Symbol.asyncDispose]() {
    this.open = false;
  }
}
class Opened {
  open = false;
  async [Resource.enter]() {
    this.open = true;
  }
  async [Resource.exit]() {
    this.open = false;
  }
}

async function scopeTable(): Promise<string> {
  Container.registerProvider(Session, Scope.Resource);
  Container.registerProvider(Opened, Scope.Resource);
  const scoped = inject([Session], async (session) => session.open);
  const opened = inject([Opened], async (session) => session.open);
  const parent = createInjector();
  class Typed {
    open = true;
    async dispose() {
      this.open = false;
    }
  }
  const cradle = awilix.createContainer({ injectionMode: 'CLASSIC' });
  cradle.register({
    session: awilix
      .asClass(Typed)
      .scoped()
      .disposer((one) => one.dispose()),
  });
  const needles = new needle.Container();
  const inversify = new Inversify();
  inversify.bind(Session).toSelf().inRequestScope();
  return compareAsync('A scope with one resource that closes asynchronously', 20_000, [
    {
      name: 'new, try, finally (floor)',
      run: async () => {
        const session = new Session();
        try {
          return session.open;
        } finally {
          await session[Symbol.asyncDispose]();
        }
      },
    },
    { name: 'offstage inject', run: () => scoped() },
    { name: 'offstage inject, opened asynchronously, too', run: () => opened() },
    {
      name: 'inversify 8, request scope, closed by hand',
      run: async () => {
        const session = inversify.get(Session);
        try {
          return session.open;
        } finally {
          await session[Symbol.asyncDispose]();
        }
      },
    },
    {
      name: '@needle-di/core 1, closed by hand',
      run: async () => {
        const child = needles.createChild();
        child.bind({ provide: Session, useClass: Session });
        const session = child.get(Session);
        try {
          return session.open;
        } finally {
          await session[Symbol.asyncDispose]();
        }
      },
    },
    {
      name: 'typed-inject 5',
      run: async () => {
        const child = parent.createChildInjector().provideClass('session', Typed, TypedScope.Singleton);
        const { open } = child.resolve('session');
        await child.dispose();
        return open;
      },
    },
    {
      name: 'awilix 13',
      run: async () => {
        const child = cradle.createScope();
        const { open } = child.resolve<Typed>('session');
        await child.dispose();
        return open;
      },
    },
  ]);
}
