// What the tasks on threads do, for every pool.

export function tiny() {
  return 1;
}

/** Keeps a core busy, by steps instead of a clock, so that a thread that has to wait for its core takes longer. */
export function burn(steps) {
  let value = 1;
  for (let step = 0; step < steps; step++) value = (value * 48_271) % 2_147_483_647;
  return value;
}

export function size(bytes) {
  return bytes.byteLength;
}
