import { randomUUID } from 'node:crypto';
import { BroadcastChannel } from 'node:worker_threads';
import type { LoaderOptions } from './loader.js';

/** A module that a thread loads. */
export interface SourceRequest {
  readonly url: string;
  /** What Node has read, of JavaScript. */
  readonly source?: string;
  readonly options: LoaderOptions;
}

type Asked = SourceRequest & { readonly answerTo: string };

const channelName = 'offstage.sources';
/** Whoever waited longer than this loads the module itself. */
const patience = 1_000;

/** Answers what other threads ask. */
export function answerRequests(load: (request: SourceRequest) => Promise<string>): void {
  const channel = new BroadcastChannel(channelName);
  channel.onmessage = ({ data }) => {
    const asked = data as Asked; // only ask() posts there
    load(asked).then(
      (code) => post(asked.answerTo, code),
      () => post(asked.answerTo, undefined), // it fails there, too, with its own error
    );
  };
  channel.unref();
}

/** Asks the thread that answers for the JavaScript of a module; nothing if that has none for it. */
export function ask(request: SourceRequest): Promise<string | undefined> {
  const answerTo = `${channelName}.${randomUUID()}`;
  const channel = new BroadcastChannel(answerTo);
  const answer = new Promise<string | undefined>((resolve) => {
    const tooLong = setTimeout(resolve, patience, undefined);
    channel.onmessage = ({ data }) => {
      clearTimeout(tooLong);
      resolve(data as string | undefined); // answerRequests() posts it
    };
  }).finally(() => channel.close());
  post(channelName, { ...request, answerTo } satisfies Asked);
  return answer;
}

function post(name: string, message: unknown): void {
  const channel = new BroadcastChannel(name);
  channel.postMessage(message);
  channel.close();
}
