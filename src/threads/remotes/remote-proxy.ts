import { RemoteError } from '../../errors.js';
import { classByKey } from '../../reflection/declare.js';
import type { RemoteReference } from '../transfer/transfer.js';

/** Asks the main thread. */
interface Caller {
  call(to: RemoteReference, property: string, args: readonly unknown[]): unknown;
  read(to: RemoteReference, property: string): unknown;
  has(to: RemoteReference, property: string): boolean;
}

/** How a remote reaches its object at this moment. */
type Reach = () => readonly [caller: Caller, to: RemoteReference];

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
export function remoteOf(reference: RemoteReference, reach: Reach): object {
  const { name } = reference;
  const methods = new Set(reference.methods);
  const made = new Map<string, unknown>();
  const refuse = (): never => {
    throw new RemoteError(
      `${name} lives on the main thread, and a task on a worker thread cannot change it from outside`,
      `Add a method to ${name} that does it, and call that.`,
    );
  };
  const method = (property: string) => {
    const call = (...args: unknown[]) => {
      const [caller, to] = reach();
      return caller.call(to, property, args);
    };
    made.set(property, call);
    return call;
  };
  return new Proxy(new Remote(name), {
    get: (_, property) => {
      if (typeof property === 'symbol') return localSymbol(property, name);
      if (methods.has(property)) return made.get(property) ?? method(property);
      if (isLocal(property)) return local(property, reference);
      const [caller, to] = reach();
      return caller.read(to, property);
    },
    has: (_, property) => {
      if (typeof property === 'symbol' || property === 'then') return false;
      if (methods.has(property)) return true;
      const [caller, to] = reach();
      return caller.has(to, property);
    },
    getPrototypeOf: (target) => {
      const known: unknown = classOf(reference)?.prototype;
      return typeof known === 'object' && known !== null ? known : Reflect.getPrototypeOf(target);
    },
    set: refuse,
    deleteProperty: refuse,
    defineProperty: refuse,
    setPrototypeOf: refuse,
    preventExtensions: refuse,
  });
}

function classOf({ class: key }: RemoteReference): { readonly prototype: unknown } | undefined {
  return key === undefined ? undefined : (classByKey(key) as { prototype: unknown } | undefined); // only classes have keys
}

/** `then` must not be asked for, or awaiting a remote would call it; the others say what it is. */
function isLocal(property: string): boolean {
  return ['then', 'toJSON', 'toString', 'valueOf', 'constructor'].includes(property);
}

function local(property: string, reference: RemoteReference): unknown {
  const { name } = reference;
  if (property === 'toString') return () => `[remote ${name}]`;
  return property === 'constructor' ? (classOf(reference) ?? { name }) : undefined;
}

function localSymbol(property: symbol, name: string): unknown {
  if (property === Symbol.toStringTag) return name;
  return property === Symbol.toPrimitive ? () => `[remote ${name}]` : undefined;
}
