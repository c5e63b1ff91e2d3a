import { rmSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { type Answers, doors, writeProject } from './fixtures/constructs/doors.js';
import { constructs } from './fixtures/constructs/rows.js';

const project = writeProject(constructs);
afterAll(() => rmSync(project.folder, { recursive: true }));

describe.each(Object.entries(doors))('%s', (_, open) => {
  let answers: Promise<Answers> | undefined;
  const answered = () => {
    answers ??= open(project);
    return answers;
  };

  test.each(constructs)(
    '$name',
    async ({ name }) => {
      expect((await answered())[name]).toBe('mail to ada');
    },
    90_000,
  );
});
