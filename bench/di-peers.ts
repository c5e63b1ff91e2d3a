// The same classes in every container that the tables compare.
import 'reflect-metadata';
import * as needle from '@needle-di/core';
import { type DynamicModule, Scope as NestScope } from '@nestjs/common';
import { ModuleRef, NestFactory } from '@nestjs/core';
import * as awilix from 'awilix';
import { Container as Inversify } from 'inversify';
import { Container, Scope } from 'offstage';
import * as tsyringe from 'tsyringe';
import { createInjector, type Injector, Scope as TypedScope } from 'typed-inject';
import { type Classes, type Part, typesOf } from './classes.js';

export class A {
  value = 1;
}
export class B {
  value = 2;
}

/** The classes `A` and `B` as singletons, and others before them, by the names `n0`, `n1`, and so on. */
export async function singletons(others: readonly Part[] = []) {
  const types = [...others, A, B];
  const inversify = new Inversify();
  const rings = tsyringe.container.createChildContainer();
  const needles = new needle.Container();
  for (const type of types) {
    Container.registerProvider<object>(type, Scope.Singleton);
    inversify.bind<object>(type).toSelf().inSingletonScope();
    rings.registerSingleton<object>(type);
    needles.bind({ provide: type, useClass: type });
  }
  const cradle = awilix.createContainer<{ a: A; b: B; [other: `n${number}`]: object }>();
  cradle.register({ a: awilix.asClass(A).singleton(), b: awilix.asClass(B).singleton() });
  for (const [index, type] of others.entries())
    cradle.register(`n${index}`, awilix.asClass(type).singleton());
  // Its types follow each name through a chain that is written out: this one is as long as the list.
  let first = createInjector() as unknown as Injector<{ [other: `n${number}`]: object }>;
  for (const [index, type] of others.entries()) first = first.provideClass(`n${index}`, type) as typeof first;
  const injector = first.provideClass('a', A).provideClass('b', B);
  const nest = await nestOf(types);
  return { inversify, rings, cradle, needles, injector, nest };
}

/** The `ModuleRef` of an application with these providers. */
export async function nestOf(providers: NonNullable<DynamicModule['providers']>): Promise<ModuleRef> {
  class Root {}
  const app = await NestFactory.createApplicationContext({ module: Root, providers }, { logger: false });
  return app.get(ModuleRef);
}

/** How each container makes the whole tree anew. */
export async function transients(classes: Classes) {
  const { types } = classes;
  const [root] = types;
  const inversify = new Inversify();
  const cradle = awilix.createContainer({ injectionMode: 'CLASSIC' });
  for (const [index, type] of types.entries()) {
    const deps = typesOf(classes, index);
    Container.registerProvider(type, { useClass: type, scope: Scope.Transient, deps });
    inversify.bind<object>(type).toResolvedValue((...parts: object[]) => new type(...parts), deps);
    // Its decorators read what compilers emit.
    Reflect.defineMetadata('design:paramtypes', deps, type);
    tsyringe.injectable()(type);
    cradle.register(`n${index}`, awilix.asClass(type)); // reads the names of its parameters
  }
  const nest = await nestOf(
    types.map((type, index) => ({
      provide: type,
      useFactory: (...parts: object[]) => new type(...parts),
      inject: typesOf(classes, index),
      scope: NestScope.TRANSIENT,
    })),
  );
  return {
    offstage: () => Container.resolve(root),
    inversify: () => inversify.get(root),
    tsyringe: () => tsyringe.container.resolve(root),
    awilix: () => cradle.resolve('n0'),
    typed: typedOf(classes),
    nest: () => nest.resolve(root),
  };
}

/** Each class in a child of the injector that has what it needs. */
function typedOf({ types, needs }: Classes): () => object {
  // Its types follow each name through a chain that is written out: this one is as long as the tree.
  let injector = createInjector() as unknown as Injector<{ n0: object }>;
  for (const [index, type] of [...types.entries()].reverse()) {
    const inject = needs(index).map((need) => `n${need}`);
    const provided = Object.assign(type, { inject }) as unknown as new () => object; // inject tells its parameters
    injector = injector.provideClass(`n${index}`, provided, TypedScope.Transient) as typeof injector;
  }
  return () => injector.resolve('n0');
}
