// Node 20 gives them to its main context alone, and `vmThreads` of vitest has others.
for (const name of ['dispose', 'asyncDispose'] as const) {
  if (!Symbol[name]) Object.defineProperty(Symbol, name, { value: Symbol.for(`nodejs.${name}`) });
}
