// Only for `async-hooks.ts`, as each worker has a thread of its own for its hooks: a compiler in each takes long to load.
import { BroadcastChannel } from 'node:worker_threads';
import { importLoader } from './import-loader.js';
import type { LoaderOptions } from './loader.js';

/** What compiles modules: the loader, or who asks it. */
export type Compile = (url: string, source: string | undefined) => Promise<string>;

interface Request {
  readonly id: number;
  /** The name of the channel on which the answer is awaited. */
  readonly replyTo: string;
  readonly url: string;
  /** Of JavaScript, which Node has read. */
  readonly source: string | undefined;
  readonly options: LoaderOptions;
}

interface Answer {
  readonly id: number;
  /** Missing if it failed. */
  readonly code?: string;
}

/** Compiles here. */
export async function loadCompiler(options: LoaderOptions): Promise<Compile> {
  const { loadTypeScript, loadJavaScript } = await importLoader();
  return async (url, source) =>
    source === undefined ? loadTypeScript(url, options) : loadJavaScript(source, url, options);
}

/** Compiles for the threads that this one starts, with what is loaded here. */
export function serveCompiler(name: string): void {
  const requests = new BroadcastChannel(name);
  requests.onmessage = async (event: MessageEvent) => {
    const { id, replyTo, url, source, options } = event.data as Request;
    const answers = new BroadcastChannel(replyTo);
    const compile = await loadCompiler(options);
    answers.postMessage(
      await compile(url, source).then(
        (code): Answer => ({ id, code }),
        (): Answer => ({ id }),
      ),
    );
    answers.close();
  };
  requests.unref();
}

/** Has a thread compile that serves. What fails there is done anew here: so its error is the genuine one. */
export function askCompiler(name: string, own: string, options: LoaderOptions): Compile {
  const requests = new BroadcastChannel(name);
  const answers = new BroadcastChannel(own);
  const waiting = new Map<number, (answer: Answer) => void>();
  answers.onmessage = (event: MessageEvent) => {
    const data = event.data as Answer;
    waiting.get(data.id)?.(data);
    waiting.delete(data.id);
  };
  answers.unref();
  let last = 0;
  return async (url, source) => {
    const id = ++last;
    const { code } = await new Promise<Answer>((resolve) => {
      waiting.set(id, resolve);
      requests.postMessage({ id, replyTo: own, url, source, options } satisfies Request);
    });
    return code ?? (await loadCompiler(options))(url, source);
  };
}
