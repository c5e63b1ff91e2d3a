import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { redirect } from '../src/transform/module-urls.js';
import { runNode, withPermissions } from './fixtures/run-program.js';
import { temporaryFolder } from './fixtures/transform/evaluate.js';

const folder = fileURLToPath(new URL('./fixtures/transform/program', import.meta.url));

interface Run {
  readonly lines: readonly string[];
  readonly errors: string;
  readonly code: number;
}

/** Runs a program of the fixtures as a person would. */
function run(file: string, imports: readonly string[] = ['offstage/register']): Promise<Run> {
  const args = [...imports.flatMap((specifier) => ['--import', specifier]), file];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: folder, timeout: 20_000 }, (error, out, errors) => {
      resolve({ lines: out.trim().split('\n'), errors, code: Number(error?.code ?? 0) });
    });
  });
}

/** A program that is no part of the package's own TypeScript: other settings, or errors. */
function written(files: Record<string, string>): string {
  const home = temporaryFolder();
  for (const [name, source] of Object.entries(files)) writeFileSync(join(home, name), source);
  return join(home, 'main.ts');
}

const decorators = `import 'offstage/register';
import { declarationOf } from 'offstage/runtime';
import { view } from './view.js';
const seen: string[] = [];
function member(_target: object, key: string, _descriptor?: PropertyDescriptor): void { seen.push(key); }
function parameter(_target: object, key: string, index: number): void { seen.push(key + index); }
function mark(target: { name: string }): void { seen.push(target.name); }
@mark
class Service {
  @member field = 1;
  constructor(readonly date: Date) {}
  @member method(@parameter text: string): string { return text; }
}
console.log(seen.join(), declarationOf(Service)?.parameters?.[0]?.name, view);
`;

describe('node --import offstage/register', () => {
  it('runs TypeScript, and tells the types of plain functions', async () => {
    const { lines, errors } = await run('main.ts');
    expect(errors).toBe('');
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      mailer: true,
      line: 8,
      module: true,
      lazy: 'Stats',
      order: ['passed', 'closed'],
      javaScript: 'fromJavaScript',
      marked: true,
    });
  });

  it('names lines of the TypeScript file in stack traces', async () => {
    const { errors, code } = await run('throws.ts');
    expect(code).toBe(1);
    expect(errors).toContain('program/throws.ts:6:9');
    expect(errors).toContain('program/throws.ts:9:1');
  });

  it('shows where a file does not compile', async () => {
    const program = written({ 'main.ts': 'export const fine = 1;\nexport const broken: number = ;\n' });
    const { errors, code } = await run(program);
    expect(code).toBe(1);
    expect(errors).toContain('TransformError');
    expect(errors).toMatch(/main\.ts:2:31/);
    expect(errors).toContain('export const broken: number = ;');
    expect(errors).toContain('ERR_OFFSTAGE_TRANSFORM');
  });

  const register = ['--import', 'offstage/register', 'test/fixtures/transform/program/plain.js'];
  it.each([
    ['addons are left out', ['--no-addons'], 'Start Node with --allow-addons beside --permission'],
    ['permissions allow no addons', [...withPermissions, '--allow-worker'], 'Start Node with --allow-addons'],
    ['permissions allow nothing', withPermissions, /Start Node with (--allow-worker and )?--allow-addons/],
  ])('says what to allow where %s', async (_, options, remedy) => {
    const { stderr, code } = await runNode([...options, ...register]);
    expect(stderr).toMatch(/^.*\bTransformError\b.*: (the compiler of )?offstage\/register/m);
    expect(stderr).toMatch(remedy);
    expect(code).toBe(1);
  });

  it('runs with the permissions that it asks for', async () => {
    const permissions = [...withPermissions, '--allow-addons', '--allow-worker', '--no-warnings'];
    expect(await runNode([...permissions, ...register])).toMatchObject({ code: 0, stderr: '' });
  });

  it('takes a folder of any name, for tasks on threads and in messages', async () => {
    const home = join(temporaryFolder(), "50% of c#d? [1] 'ä' {日本}");
    mkdirSync(home);
    const program = join(home, 'main.ts');
    writeFileSync(
      program,
      `import { isMainThread } from 'node:worker_threads';
import { type Background, inject } from 'offstage';
const onThread = (): boolean => !isMainThread;
console.log(await inject(async (bg: Background) => (await bg.add(onThread)).result)());
class Missing {}
try {
  inject((missing: Missing) => missing)();
} catch (error) {
  console.log(String(error).split('\\n')[1]);
}
`,
    );
    const { lines, errors } = await run(program);
    expect(errors).toBe('');
    expect(lines).toEqual(['true', `  anonymous(missing: Missing)   ${program}:7`]);
  });

  it('keeps cycles of modules in order', async () => {
    expect(await run('cycle.ts')).toMatchObject({ lines: ['Child 2'], errors: '' });
  });

  it('imports nothing for the types of a declaration file', async () => {
    const program = written({
      'main.ts': `import 'offstage/register';
import { declarationOf } from 'offstage/runtime';
import { Options } from './types.js';
import { Settings } from './types.mjs';
import { Late } from './types';
export function f(options: Options, settings: Settings, late: Late): void {}
console.log(declarationOf(f)?.tokens().length);`,
      'types.d.ts': 'export interface Options { a: 1 }\nexport interface Late { a: 1 }',
      'types.d.mts': 'export interface Settings { a: 1 }',
    });
    expect(await run(program)).toMatchObject({ lines: ['3'], errors: '' });
  });

  it('compiles legacy decorators of members, and may be registered twice', async () => {
    const program = written({ 'main.ts': decorators, 'view.tsx': "export const view: string = 'tsx';" });
    const { lines, errors } = await run(program, ['offstage/register', 'offstage/register']);
    expect(errors).toBe('');
    expect(lines).toEqual(['field,method0,method,Service date tsx']);
  });

  it('names the TypeScript file as it was asked for, since require() takes no URLs', () => {
    const parent = pathToFileURL(written({ 'main.ts': '', 'view.tsx': '', 'part.mts': '' })).href;
    const found = (specifier: string) => redirect(specifier, parent).specifier;
    expect(found('./part.mjs')).toBe('./part.mts');
    expect(found('./view.js?fresh#top')).toBe('./view.tsx?fresh#top');
    expect(found(fileURLToPath(new URL('main.js', parent)))).toBe(fileURLToPath(parent));
    expect(found('./gone.js')).toBe('./gone.js');
  });

  it('leaves CommonJS alone, and finds .mts files', async () => {
    expect(await run('common.ts')).toMatchObject({ lines: ['true mts'], errors: '' });
  });

  it.each([
    ['alone', ['offstage/register']],
    ['before tsx', ['offstage/register', 'tsx']],
    ['behind tsx', ['tsx', 'offstage/register']],
  ])('and CommonJS that is imported is whole, %s', async (_, imports) => {
    const program = written({
      'main.ts': `import all, { path } from './all.cjs';\nconsole.log(path === all.path, path);`,
      'all.cjs': `exports.path = Object.keys(require.cache).map((file) => file.slice(-7)).at(-1);`,
    });
    expect(await run(program, imports)).toMatchObject({ lines: ['true all.cjs'], errors: '' });
  });

  it('loads slices on the threads of a pool, and there only', async () => {
    const { lines, errors } = await run('threads.ts');
    expect(errors).toBe('');
    const [start, fromEntry, fromWhole, fromSlice, own, main, last, ...rest] = lines;
    expect(start).toBe('top level');
    const entry = {
      marked: false,
      result: 42,
      exports: [['$offstage_double', '$offstage_exportOf', 'double']],
    };
    expect(JSON.parse(fromEntry ?? '')).toEqual(entry);
    const whole = { marked: false, result: 22, exports: [['$offstage_declared', 'declared']] };
    expect(JSON.parse(fromWhole ?? '')).toEqual(whole);
    const tasks = ['$offstage_sliced', 'sliced'];
    const sliced = { marked: false, result: -21, exports: [tasks, [...tasks, 'started']] };
    expect(JSON.parse(fromSlice ?? '')).toEqual(sliced);
    expect(own).toBe('own worker task');
    expect(main).toBe('sliced.ts runs');
    expect(last).toBe('sliced,started');
    expect(rest).toEqual([]);
  });
});
