/** Those of the process, also where a test has replaced its timers meanwhile. */
export const { setImmediate, setTimeout } = globalThis;
