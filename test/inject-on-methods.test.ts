import { Container, inject, Resource, Scope } from 'offstage';
import ts from 'typescript';
import { beforeEach, expect, test } from 'vitest';

class Session {
  open = true;
  [Resource.exit]() {
    this.open = false;
  }
}

beforeEach(async () => {
  await Container.reset();
  Container.registerProvider(Session, Scope.Resource);
});

const source = `
class Service {
  prefix = 'p';
  @inject
  async find(session: Session, id: number) {
    return [this.prefix, session, session.open, id];
  }
  @inject
  static twice(session: Session, id: number) {
    return session.open ? id * 2 : 0;
  }
}
return Service;`;

interface Service {
  find(id: number): Promise<[string, Session, boolean, number]>;
}
type ServiceClass = (new () => Service) & { twice(id: number): number };

/** Compiles the class as \`tsc\` does, and evaluates it. */
function compiled(options: ts.CompilerOptions): ServiceClass {
  const target = ts.ScriptTarget.ES2022;
  const code = ts.transpile(source, { target, ...options });
  return new Function('inject', 'Session', code)(inject, Session);
}

test('a decorated method is injected at each call, by the metadata of the compiler', async () => {
  const Service = compiled({ experimentalDecorators: true, emitDecoratorMetadata: true });
  const [prefix, session, open, id] = await new Service().find(7);
  expect([prefix, open, id]).toEqual(['p', true, 7]);
  expect(session).toBeInstanceOf(Session);
  expect(session.open).toBe(false);
  expect(Service.twice(4)).toBe(8);
});

test.each([
  ['legacy decorators without metadata', { experimentalDecorators: true }],
  ['standard decorators', {}],
])('with %s and no transform the first call says that the types are missing', async (_, options) => {
  const Service = compiled(options);
  await expect(new Service().find(7)).rejects.toThrow(
    'find: nothing tells the types of its 2 parameters, and 1 argument was passed',
  );
  expect(() => Service.twice(4)).toThrow('nothing tells the types');
});
