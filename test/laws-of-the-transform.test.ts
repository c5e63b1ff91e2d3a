import fc from 'fast-check';
import { expect, test } from 'vitest';
import { programs } from './fixtures/random-programs/program.js';
import { mistakesIn, Runner } from './fixtures/random-programs/run.js';

test('whatever the program, it does the same with what the transform adds, and what it asks for is known', async () => {
  const plain = new Runner(false);
  const edited = new Runner(true);
  let asked = 0;
  await fc.assert(
    fc.asyncProperty(programs, async (program) => {
      const before = await plain.run(program);
      const after = await edited.run(program);
      expect(before.lines.filter((line) => line.includes('SyntaxError'))).toEqual([]);
      expect(after.lines).toEqual(before.lines);
      expect(await mistakesIn(after)).toEqual([]);
      asked += after.asked.length;
    }),
    { numRuns: 500 },
  );
  // The programs are worth the while.
  expect(asked).toBeGreaterThan(2_000);
}, 120_000);
