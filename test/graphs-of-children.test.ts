import { Container, optional, Scope, type Token, token } from 'offstage';
import { expect, test } from 'vitest';

const Clock = token<string>('Clock');
const Greeting = token<string>('Greeting');
const Page = token<string>('Page');

/** Each edge by what it leads from and to, with the kind of the provider; and how often each node stands there. */
async function drawn(container: typeof Container) {
  const { nodes, edges } = await container.graph();
  const names = new Map(nodes.map(({ id, name, kind }) => [id, `${kind} ${name}`]));
  expect(names.size).toBe(nodes.length);
  const own = [...names.values()].filter((name) => / (Clock|Greeting|Page)$/.test(name));
  const shown = new Set(own);
  return {
    nodes: own.sort(),
    edges: edges
      .map(({ from, to }) => [names.get(from), names.get(to)])
      .filter((ends) => ends.every((end = '') => shown.has(end)))
      .map((ends) => ends.join(' -> '))
      .sort(),
  };
}

function family() {
  const parent = Container.create();
  parent.registerProvider(Clock, { useFactory: () => 'parent clock' });
  return { parent, child: Container.create({ parent }) };
}

function from(other: Token<string | undefined>) {
  return { useFactory: (text: string) => `over ${text}`, deps: [other] };
}

test('the graph of a child has a singleton of the parent need what the parent provides', async () => {
  const { parent, child } = family();
  parent.registerProvider(Greeting, from(Clock));
  child.registerProvider(Clock, { useValue: 'child clock' });
  child.registerProvider(Page, from(Clock));
  expect(child.resolve(Greeting)).toBe('over parent clock');
  expect(await drawn(child)).toEqual({
    nodes: ['factory Clock', 'factory Greeting', 'factory Page', 'value Clock'],
    edges: ['factory Greeting -> factory Clock', 'factory Page -> value Clock'],
  });
});

test('in it, what is made anew stands there twice where it is made of something else', async () => {
  const { parent, child } = family();
  parent.registerProvider(Greeting, { ...from(Clock), scope: Scope.Transient });
  parent.registerProvider(Page, from(Greeting));
  child.registerProvider(Clock, { useValue: 'child clock' });
  expect([child.resolve(Page), child.resolve(Greeting)]).toEqual([
    'over over parent clock',
    'over child clock',
  ]);
  expect(await drawn(child)).toEqual({
    nodes: ['factory Clock', 'factory Greeting', 'factory Greeting', 'factory Page', 'value Clock'],
    edges: [
      'factory Greeting -> factory Clock',
      'factory Greeting -> value Clock',
      'factory Page -> factory Greeting',
    ],
  });
});

test('and once where it is made of the same', async () => {
  const { parent, child } = family();
  parent.registerProvider(Greeting, { ...from(Clock), scope: Scope.Transient });
  parent.registerProvider(Page, from(Greeting));
  expect(await drawn(child)).toEqual(await drawn(parent));
});

test('an optional token is one node, whoever asks for it', async () => {
  const { child } = family();
  child.registerProvider(Greeting, from(optional(Clock)));
  child.registerProvider(Page, from(optional(Clock)));
  const { nodes } = await child.graph();
  expect(nodes.filter(({ kind }) => kind === 'optional')).toHaveLength(1);
});
