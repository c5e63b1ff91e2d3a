import '../../dispose-symbols.js';

/** What JavaScript itself asks of an object, by the names under which a thread calls it. */
const protocols = new Map(
  (
    [Symbol.toPrimitive, Symbol.iterator, Symbol.asyncIterator, Symbol.dispose, Symbol.asyncDispose] as const
  ).map((symbol) => [nameOfProtocol(symbol), symbol]),
);

/** The name of a symbol, which cannot cross itself. */
export function nameOfProtocol(symbol: symbol): string {
  return `[${symbol.description}]`;
}

/** The names of those that an object answers to. */
export function protocolsOf(object: object): readonly string[] {
  return [...protocols].flatMap(([name, symbol]) =>
    typeof Reflect.get(object, symbol) === 'function' ? name : [],
  );
}

/** What a thread means by a name. */
export function memberNamed(name: string): string | symbol {
  return protocols.get(name) ?? name;
}
