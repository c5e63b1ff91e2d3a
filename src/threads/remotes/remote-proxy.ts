import { RemoteError } from '../../errors.js';
import { classByKey } from '../../reflection/declare.js';

/** How a remote reaches its object. */
export interface Line {
  readonly name: string;
  readonly methods: readonly string[];
  /** The key of its class. */
  readonly class?: string | undefined;
  call(property: string, args: readonly unknown[]): unknown;
  read(property: string): unknown;
  has(property: string): boolean;
}

/** What a debugger shows of a remote, whose properties are all elsewhere. */
class Remote {
  readonly #name: string;
  constructor(name: string) {
    this.#name = name;
  }
  get [Symbol.toStringTag]() {
    return this.#name;
  }
}

/** Stands for an object of the main thread. What only looks at it is answered here. */
export function remoteOf(line: Line): object {
  const { name } = line;
  const methods = new Set(line.methods);
  const made = new Map<string, unknown>();
  const refuse = (): never => {
    throw new RemoteError(
      `${name} lives on the main thread, and a task on a worker thread cannot change it from outside`,
      `Add a method to ${name} that does it, and call that.`,
    );
  };
  const method = (property: string) => {
    const call = (...args: unknown[]) => line.call(property, args);
    made.set(property, call);
    return call;
  };
  return new Proxy(new Remote(name), {
    get: (_, property) => {
      if (typeof property === 'symbol') return localSymbol(property, name);
      if (methods.has(property)) return made.get(property) ?? method(property);
      return isLocal(property) ? local(property, line) : line.read(property);
    },
    has: (_, property) => {
      if (typeof property === 'symbol' || property === 'then') return false;
      return methods.has(property) || line.has(property);
    },
    getPrototypeOf: (target) => {
      const known: unknown = classOf(line)?.prototype;
      return typeof known === 'object' && known !== null ? known : Reflect.getPrototypeOf(target);
    },
    set: refuse,
    deleteProperty: refuse,
    defineProperty: refuse,
    setPrototypeOf: refuse,
    preventExtensions: refuse,
  });
}

function classOf(line: Line): { readonly prototype: unknown } | undefined {
  return line.class === undefined
    ? undefined
    : (classByKey(line.class) as { prototype: unknown } | undefined); // only classes have keys
}

/** `then` must not be asked for, or awaiting a remote would call it; the others say what it is. */
function isLocal(property: string): boolean {
  return ['then', 'toJSON', 'toString', 'valueOf', 'constructor'].includes(property);
}

function local(property: string, line: Line): unknown {
  if (property === 'toString') return () => `[remote ${line.name}]`;
  return property === 'constructor' ? (classOf(line) ?? { name: line.name }) : undefined;
}

function localSymbol(property: symbol, name: string): unknown {
  if (property === Symbol.toStringTag) return name;
  return property === Symbol.toPrimitive ? () => `[remote ${name}]` : undefined;
}
