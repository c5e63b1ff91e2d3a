// What peers leave without types.
declare module 'coincident/main' {
  export default function coincident(): {
    readonly Worker: new (
      url: URL,
    ) => EventTarget & {
      postMessage(message: unknown): void;
      readonly proxy: Record<string, (arg: number) => unknown>;
    };
  };
}
declare module 'comlink/dist/esm/node-adapter.mjs' {
  export default function nodeEndpoint(port: unknown): import('comlink').Endpoint;
}
