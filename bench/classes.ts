/** A class that a container makes from parts. */
// biome-ignore lint/suspicious/noExplicitAny: inversify takes only classes of this form
export type Part = new (...parts: any[]) => object;

/** Classes that need one another: what each needs stands behind it. */
export interface Classes {
  readonly types: readonly [Part, ...Part[]];
  readonly needs: (index: number) => readonly number[];
}

/** A tree in which class `i` needs the classes `2i + 1` and `2i + 2`. */
export function tree(size: number): Classes {
  return classes(size, (index) => [2 * index + 1, 2 * index + 2].filter((need) => need < size));
}

/** A chain in which each class needs the next. */
export function chain(size: number): Classes {
  return classes(size, (index) => [index + 1].filter((need) => need < size));
}

function classes(size: number, needs: (index: number) => readonly number[]): Classes {
  const types = Array.from({ length: size }, (_, index): Part => {
    const names = needs(index).map((need) => `n${need}`);
    const fields = names.map((name) => `this.${name} = ${name};`);
    return new Function(`return class N${index} { constructor(${names}) { ${fields.join('')} } }`)();
  });
  return { types: types as [Part, ...Part[]], needs }; // there is a first one
}

/** The classes that one of them needs. */
export function typesOf({ types, needs }: Classes, index: number): Part[] {
  return needs(index).map((need) => types[need] as Part); // needs are in bounds
}

/** Makes the first one and all that it needs, as one would write it. */
export function madeByHand({ types, needs }: Classes): () => object {
  const written = (index: number): string => `new t${index}(${needs(index).map(written)})`;
  const names = types.map((_, index) => `t${index}`);
  return new Function(...names, `return () => ${written(0)}`)(...types);
}
