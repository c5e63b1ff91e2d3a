import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { bun } from './fixtures/other-platforms.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../', import.meta.url));
const bin = (name: string) => join(root, 'node_modules', name);
const deadline = { timeout: 30_000 };

const folder = mkdtempSync(join(tmpdir(), 'offstage-untransformed-'));
afterAll(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'node_modules'));
symlinkSync(root, join(folder, 'node_modules/offstage'), 'dir');
symlinkSync(join(root, 'node_modules/fastify'), join(folder, 'node_modules/fastify'), 'dir');
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
const write = (name: string, code: string) => writeFileSync(join(folder, name), code);

const plain = `
import { Background, Container, inject, singleton, task } from 'offstage';
export class Mailer {
  send(to) { return \`mail to \${to}\`; }
}
singleton(Mailer);
export class Desk {
  constructor(mailer) { this.mailer = mailer; }
}
singleton({ deps: [Mailer] })(Desk);
export const length = task(import.meta.url, 'length', (text) => text.length);
export const send = inject([Background, Desk], async (bg, desk, to) => {
  const mail = desk.mailer.send(to);
  return [mail, await (await bg.add(length, mail)).result];
});
`;

it('plain JavaScript names its tokens and its tasks', async () => {
  write('plain.js', plain);
  write('main.js', `import { send } from './plain.js';\nconsole.log(JSON.stringify(await send('ada')));`);
  const { stdout } = await run(process.execPath, ['main.js'], { cwd: folder, ...deadline });
  expect(stdout).toBe('["mail to ada",11]\n');
});

it('and it does so in Jest', async () => {
  write('plain.js', plain);
  write('jest.config.js', `export default { transform: {} };`);
  write(
    'plain.test.js',
    `import { send } from './plain.js';
test('it', async () => expect(await send('ada')).toEqual(['mail to ada', 11]));`,
  );
  const args = ['--experimental-vm-modules', bin('jest/bin/jest.js'), '--json'];
  const { stdout } = await run(process.execPath, args, { cwd: folder, ...deadline });
  expect(JSON.parse(stdout)).toMatchObject({ numPassedTests: 1, numFailedTests: 0 });
});

it('in Jest, a task of TypeScript runs on a thread, too, which compiles it by itself', async () => {
  write(
    'tasks.ts',
    `import { isMainThread } from 'node:worker_threads';
import { task } from 'offstage';
enum Place { Main, Thread }
export const place = task(import.meta.url, 'place', (): string => Place[isMainThread ? Place.Main : Place.Thread]);`,
  );
  write(
    'tasks.test.js',
    `import { Background, inject } from 'offstage';
import { place } from './tasks.ts';
const run = inject([Background], async (bg) => (await bg.add(place)).result);
test('it', async () => expect(await run()).toBe('Thread'));`,
  );
  write(
    'compile.cjs',
    `const { transformSync } = require(${JSON.stringify(bin('oxc-transform'))});
exports.process = (code, file) => transformSync(file, code);`,
  );
  write(
    'jest.config.js',
    `export default { transform: { '\\\\.ts$': './compile.cjs' }, extensionsToTreatAsEsm: ['.ts'] };`,
  );
  const args = ['--experimental-vm-modules', bin('jest/bin/jest.js'), '--json', 'tasks.test.js'];
  const { stdout } = await run(process.execPath, args, { cwd: folder, ...deadline });
  expect(JSON.parse(stdout)).toMatchObject({ numPassedTests: 1, numFailedTests: 0 });
});

it.each([
  ['standard', {}],
  ['legacy', { experimentalDecorators: true }],
])('the program of the documentation runs as tsc compiles it, with %s decorators', async (name, options) => {
  const text = readFileSync(join(root, 'docs/typed-parameters.md'), 'utf8');
  const [, source = ''] = /^## A program that `tsc` compiles[\s\S]*?```ts\n([\s\S]*?)```/m.exec(text) ?? [];
  const target = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  write(`${name}.js`, ts.transpile(source, { ...target, ...options }));
  const { stdout } = await run(process.execPath, [`${name}.js`], { cwd: folder, ...deadline });
  expect(stdout).toMatch(/^shop@example.com saw .sign-up$/m);
  expect(stdout).toMatch(/^mail from shop@example.com to ada@example.com$/m);
});

const untold = `
import { Container, inject, singleton } from 'offstage';
class Mailer {}
@singleton
class Desk {
  constructor(readonly mailer: Mailer) {}
}
try {
  inject((mailer: Mailer) => mailer);
} catch (error) {
  console.log((error as Error).message.split('\\n')[1]);
}
try {
  Container.registerProvider(class Table { constructor(readonly mailer: Mailer) {} }, 'transient');
} catch (error) {
  console.log((error as Error).message.split('\\n')[0]);
}
`;

describe('types that nothing tells are told of when a function is wrapped or a class registered', () => {
  write('untold.ts', untold);
  write('tsconfig.json', '{ "compilerOptions": { "experimentalDecorators": true } }');
  it.each([
    [
      'tsx',
      [process.execPath, '--import', bin('tsx/dist/loader.mjs')],
      /^tsx drops all types: .*--import tsx/,
    ],
    ['Bun', [bun], /^Bun drops all types: .*Bun\.plugin/],
  ])('with the reason under %s', async (_, [command = '', ...args], reason) => {
    const { stdout, stderr } = await run(command, [...args, 'untold.ts'], { cwd: folder, ...deadline });
    const [wrapped, registered] = stdout.split('\n');
    expect(wrapped).toMatch(reason);
    expect(registered).toBe('Table: nothing tells the types of its 1 parameter');
    // A decorator cannot know whether the transform tells of its class behind it: so this one is a warning.
    expect(stdout + stderr).toContain('Desk: nothing tells the types of its 1 parameter');
  });
});

describe('the first way to tell types is the one of what runs the program', () => {
  const { argv } = process;
  afterEach(() => {
    vi.unstubAllEnvs();
    process.argv = argv;
  });
  it.each([
    [{ VITEST: 'true' }, /^Add the plugin of offstage\/vite to the configuration of vitest, or compile/],
    [{ VITEST: '', JEST_WORKER_ID: '1' }, /^Jest drops all types: use vitest/],
    [{ VITEST: '' }, /^Start the program with "node --import offstage\/register", or compile/, 'app.mts'],
    [
      { VITEST: '' },
      /^Compiled JavaScript has no types: run its sources .*, build them .*, or compile/,
      'app.js',
    ],
  ])('%j', async (env, way, program = 'app.ts') => {
    process.argv = ['node', program];
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    const { inject } = await import('offstage');
    const untyped: (...args: never[]) => unknown = new Function('a', 'return a') as () => unknown;
    const message = (() => {
      try {
        return inject(untyped) && '';
      } catch (error) {
        return String((error as Error).message.split('\n')[1]);
      }
    })();
    expect(message).toMatch(way);
  });
});
