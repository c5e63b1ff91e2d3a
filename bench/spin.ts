/** Keeps a core busy for some milliseconds. */
export function spin(milliseconds: number): number {
  const end = performance.now() + milliseconds;
  let rounds = 0;
  while (performance.now() < end) rounds++;
  return rounds;
}
