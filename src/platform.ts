/** What this runs on, where that is not Node itself: other platforms lack some of it. */
export const otherPlatform: 'bun' | 'deno' | 'workerd' | undefined =
  'bun' in process.versions
    ? 'bun'
    : 'deno' in process.versions
      ? 'deno'
      : 'WebSocketPair' in globalThis // workerd, of Cloudflare's Workers, calls itself Node
        ? 'workerd'
        : undefined;
