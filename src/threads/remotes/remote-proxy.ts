import { RemoteError } from '../../errors.js';
import { classByKey } from '../../reflection/declare.js';
import type { RemoteReference } from '../transfer/transfer.js';
import { nameOfProtocol } from './protocols.js';

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
  const made = new Map<string, (...args: unknown[]) => unknown>();
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
  const named = (property: string) => made.get(property) ?? method(property);
  const symbol = (property: symbol): unknown => {
    if (property === Symbol.toStringTag) return name;
    if (property === Symbol.toPrimitive) return (hint: string) => primitive(hint, reference, named);
    const protocol = nameOfProtocol(property);
    return methods.has(protocol) ? named(protocol) : undefined;
  };
  return new Proxy(new Remote(name), {
    get: (_, property) => {
      if (typeof property === 'symbol') return symbol(property);
      if (methods.has(property)) return named(property);
      if (isLocal(property)) return local(property, reference);
      const [caller, to] = reach();
      return caller.read(to, property);
    },
    has: (_, property) => {
      if (typeof property === 'symbol') return methods.has(nameOfProtocol(property));
      if (property === 'then') return false;
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

/** Texts, as of messages, ask nobody; a number is asked for, since any other one would be wrong. */
function primitive(
  hint: string,
  { name, methods }: RemoteReference,
  named: (method: string) => (...args: unknown[]) => unknown,
): unknown {
  const text = `[remote ${name}]`;
  if (hint === 'string') return text;
  const toPrimitive = nameOfProtocol(Symbol.toPrimitive);
  if (methods.includes(toPrimitive)) return named(toPrimitive)(hint);
  const value = methods.includes('valueOf') ? named('valueOf')() : undefined;
  if (value !== undefined && (typeof value !== 'object' || value === null)) return value;
  if (hint === 'default') return text;
  throw new RemoteError(
    `${name} lives on the main thread, and has no number to calculate with`,
    `Call a method of ${name} that gives one, or give it a valueOf().`,
  );
}
