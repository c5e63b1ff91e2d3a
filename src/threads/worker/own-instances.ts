import { RemoteError } from '../../errors.js';
import { classByKey, exportKey } from '../../reflection/declare.js';
import { kept, type RemoteClient } from '../remotes/remote-client.js';
import { remoteOf } from '../remotes/remote-proxy.js';
import type { OwnReference, Packed, RemoteReference } from '../transfer/transfer.js';

type Class = new (...parts: unknown[]) => object;

/** The singletons of which this thread has instances of its own. */
export class OwnInstances {
  readonly #made = new Map<number, object>();
  readonly #current: () => RemoteClient;

  /** @param current gives the client of the task that runs */
  constructor(current: () => RemoteClient) {
    this.#current = current;
  }

  /** Loads the classes of an instance, and of what it is made of. */
  async load(reference: OwnReference, client: RemoteClient): Promise<void> {
    if (this.#made.has(reference.own)) return;
    if (!find(reference)) await import(reference.module).catch(() => {}); // that it is not there is told below
    for (const part of client.partsOf(reference)) if ('own' in part) await this.load(part, client);
  }

  /** The thread's instance, made when it is first asked for. */
  get(reference: OwnReference, client: RemoteClient): object {
    let instance = this.#made.get(reference.own);
    if (!instance) {
      const type = find(reference);
      if (!type) throw unknown(reference);
      const parts = client
        .partsOf(reference)
        .map((part, index) => this.#part(part, reference, index, client));
      instance = new type(...parts);
      this.#made.set(reference.own, instance);
      // There are never many more than are in use: what is gone is forgotten when another one comes.
      for (const gone of client.goneAmong(this.#made.keys())) this.#made.delete(gone);
    }
    return instance;
  }

  #part(part: Packed, owner: OwnReference, index: number, client: RemoteClient): unknown {
    return 'methods' in part ? this.#keep(part, owner, index) : client.unpack(part);
  }

  /** The instance outlives its first task, and so does what it holds: it is reached through the task that runs. */
  #keep(first: RemoteReference, owner: OwnReference, index: number): object {
    const known = new WeakMap<RemoteClient, RemoteReference>();
    const through = (client: RemoteClient): RemoteReference => {
      const reference = known.get(client) ?? (client.partsOf(owner)[index] as RemoteReference); // as it was the first time
      known.set(client, reference);
      return reference;
    };
    const remote = remoteOf(first, () => {
      const client = this.#current();
      return [client, through(client)];
    });
    kept.set(remote, through);
    return remote;
  }
}

function find({ module, class: name }: OwnReference): Class | undefined {
  return classByKey(exportKey(module, name)) as Class | undefined; // only classes have keys
}

function unknown({ module, class: name }: OwnReference): RemoteError {
  return new RemoteError(
    `${name} cannot be made on a worker thread: ${module} does not give it there`,
    `Export ${name} from the top level of its module; in a bundle, declare it in the file that adds the task.`,
  );
}
