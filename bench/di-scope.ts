import 'reflect-metadata';
import * as needle from '@needle-di/core';
import { Scope as NestScope } from '@nestjs/common';
import { ContextIdFactory } from '@nestjs/core';
import * as awilix from 'awilix';
import { Container as Inversify } from 'inversify';
import { Container, inject, Resource, Scope } from 'offstage';
import * as tsyringe from 'tsyringe';
import { createInjector, Scope as TypedScope } from 'typed-inject';
import { compareAsync, type Row } from './compare.js';
import { nestOf } from './di-peers.js';

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

/** As most peers want it. */
class Disposable {
  open = true;
  async dispose() {
    this.open = false;
  }
}

/** For containers that leave the closing to others. */
async function closedByHand(session: Session): Promise<boolean> {
  try {
    return session.open;
  } finally {
    await session[Symbol.asyncDispose]();
  }
}

export async function table(): Promise<string> {
  Container.registerProvider(Session, Scope.Resource);
  Container.registerProvider(Opened, Scope.Resource);
  const scoped = inject(async (session: Session) => session.open);
  const opened = inject(async (session: Opened) => session.open);
  const title = 'A scope with one resource that closes asynchronously';
  const own: Row[] = [
    { name: 'new, try, finally (floor)', run: () => closedByHand(new Session()) },
    { name: 'offstage inject', run: () => scoped() },
    { name: 'offstage inject, opened asynchronously, too', run: () => opened() },
  ];
  const notes = [
    'Closed by hand: the container has no disposal for such a scope, and the row calls it. A request of inversify is no scope that anything else could be resolved in.',
  ];
  // What two of them leave to the garbage collector slows down all rows of their table.
  const littering = [await nestScope(), inversifyChild()];
  return [
    await compareAsync(
      title,
      [...own, typedInject(), tsyringeScope(), awilixScope(), needleScope(), inversifyRequest()],
      notes,
    ),
    await compareAsync(`${title}, beside scopes that leave much garbage`, [...own, ...littering], notes),
  ].join('\n');
}

function typedInject(): Row {
  const parent = createInjector();
  return {
    name: 'typed-inject 5',
    run: async () => {
      const child = parent.createChildInjector().provideClass('session', Disposable, TypedScope.Singleton);
      const { open } = child.resolve('session');
      await child.dispose();
      return open;
    },
  };
}

function tsyringeScope(): Row {
  const rings = tsyringe.container.createChildContainer();
  rings.register(Disposable, { useClass: Disposable }, { lifecycle: tsyringe.Lifecycle.ContainerScoped });
  return {
    name: 'tsyringe 4',
    run: async () => {
      const child = rings.createChildContainer();
      const { open } = child.resolve(Disposable);
      await child.dispose();
      return open;
    },
  };
}

function awilixScope(): Row {
  const cradle = awilix.createContainer<{ session: Disposable }>();
  const session = awilix.asClass(Disposable).scoped();
  cradle.register({ session: session.disposer((one) => one.dispose()) });
  return {
    name: 'awilix 13',
    run: async () => {
      const child = cradle.createScope();
      const { open } = child.resolve('session');
      await child.dispose();
      return open;
    },
  };
}

function needleScope(): Row {
  const needles = new needle.Container();
  return {
    name: '@needle-di/core 1, closed by hand',
    run: () => {
      const child = needles.createChild();
      child.bind({ provide: Session, useClass: Session });
      return closedByHand(child.get(Session));
    },
  };
}

async function nestScope(): Promise<Row> {
  const nest = await nestOf([{ provide: Session, useClass: Session, scope: NestScope.REQUEST }]);
  return {
    name: 'NestJS 12, ModuleRef.resolve, closed by hand',
    run: async () => closedByHand(await nest.resolve(Session, ContextIdFactory.create())),
  };
}

function inversifyRequest(): Row {
  const inversify = new Inversify();
  inversify.bind(Session).toSelf().inRequestScope();
  return {
    name: 'inversify 8, a request, closed by hand',
    run: () => closedByHand(inversify.get(Session)),
  };
}

function inversifyChild(): Row {
  const parent = new Inversify();
  return {
    name: 'inversify 8, a child container, closed by hand',
    run: () => {
      const child = new Inversify({ parent });
      child.bind(Session).toSelf().inSingletonScope();
      return closedByHand(child.get(Session));
    },
  };
}
