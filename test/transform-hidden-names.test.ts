import { describe, expect, it } from 'vitest';
import { evaluate, runtime } from './fixtures/transform/evaluate.js';

const { declarationOf, DerivedType } = runtime;

const main = `
class Mailer { top = true }
type Alias = Mailer;
interface Repo { find(): void }
const Repo = Object('repo');
namespace space { export class Deep { deep = true } }
namespace types { export interface Kind {} export namespace more { export type Other = string } }
declare class Ambient {}
import Short = space.Deep;
const inject = (fn: object) => fn;
export function make(): object { return INNER }
export { Mailer, Repo, space };`;

/** The value of the type of the first parameter of a function that stands in another one. */
async function tokenIn(inner: string): Promise<[token: unknown, exports: Record<string, unknown>]> {
  const exports = await evaluate({ 'main.ts': main.replace('INNER', inner) });
  const made = (exports.make as () => object)(); // exported above
  const [token] = declarationOf(made)?.tokens() ?? ['not declared'];
  return [token, exports];
}

describe('a type means the same where something inner has its name', () => {
  it.each([
    ['a parameter', '((Mailer: any) => inject((a: Mailer) => a))(1)'],
    ['a variable', '(() => { const Mailer = 1; return inject((a: Mailer) => a); })()'],
    ['a function', '(function Mailer() { return inject((a: Mailer) => a); })()'],
    ['a class, of what an alias names', '(() => { class Mailer {} return inject((a: Alias) => a); })()'],
    ['a type parameter, of what an alias names', 'inject(<Mailer>(a: Alias) => a)'],
  ])('%s', async (_, inner) => {
    const [token, { Mailer }] = await tokenIn(inner);
    expect(token).toBe(Mailer);
  });

  it('a list of it', async () => {
    const [token, { Mailer }] = await tokenIn('((Mailer: any) => inject((a: Mailer[]) => a))(1)');
    expect(token).toEqual(new DerivedType('all', Mailer as object));
  });

  it('a token beside an interface', async () => {
    const [token, { Repo }] = await tokenIn('((Repo: any) => inject((a: Repo) => a))(1)');
    expect(token).toBe(Repo);
  });

  it('a class of a namespace', async () => {
    const [token, { space }] = await tokenIn('((space: any) => inject((a: space.Deep) => a))(1)');
    expect(token).toBe((space as { Deep: unknown }).Deep); // exported above
  });

  it('but nothing is known of an inner class that is hidden: no name gives it', async () => {
    const inner = '(() => { class Mailer {} return ((Mailer: any) => inject((a: Mailer) => a))(1); })()';
    expect(await tokenIn(inner)).toMatchObject([undefined, {}]);
  });
});

describe('a type that is named in another way', () => {
  it.each([
    ['an inner alias', '(() => { type Inner = Mailer; return inject((a: Inner) => a); })()', 'Mailer'],
    [
      'an inner alias of an inner class',
      '(() => { class A {} type Inner = A; return inject((a: Inner) => a); })()',
      'A',
    ],
    ['an alias of a member of a namespace', 'inject((a: Short) => a)', 'Deep'],
  ])('%s', async (_, inner, name) => {
    const [token] = await tokenIn(inner);
    expect(token).toHaveProperty('name', name);
  });

  it.each([
    ['a type in a namespace of types', 'inject((a: types.Kind) => a)'],
    ['a type in a namespace of types in another one', 'inject((a: types.more.Other) => a)'],
    ['a class that is declared for somewhere else', 'inject((a: Ambient) => a)'],
    ['a type parameter with the name of a parameter', '(<T,>(T: any) => inject((a: T) => a))(1)'],
  ])('nothing for %s', async (_, inner) => {
    expect(await tokenIn(inner)).toMatchObject([undefined, {}]);
  });
});
