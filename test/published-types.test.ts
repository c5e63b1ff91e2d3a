import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { deadline, installedPackage, root, run } from './fixtures/installed-package.js';

const projects: Readonly<Record<string, string>> = {
  '@types/node': installedPackage().project,
  'types-node-newest': installedPackage('types-node-newest').project,
};

const consumer = `
import {
  all, AppBackground, Background, Container, drainOnSignal, inject, type Lazy, optional, Resource, resource, singleton, task,
  TaskContext, type TaskInfo, token, transfer,
} from 'offstage';
import { after, BackgroundTask, BackgroundTasks, type TypedToken, typeToken, withBackground } from 'offstage';
import { handler, offstage } from 'offstage/node';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { fakeClock, withContainer } from 'offstage/testing';
import { transform } from 'offstage/transform';
import vite from 'offstage/vite';
import rollup from 'offstage/rollup';
import rolldown from 'offstage/rolldown';
import esbuild from 'offstage/esbuild';
import webpack from 'offstage/webpack';
import rspack from 'offstage/rspack';
import bun from 'offstage/bun';
import 'offstage/register';
import { declarationOf } from 'offstage/runtime';

const Url = token<string>('Url');
const Config = token<{ level: 'info' | 'debug' }>('Config');
Container.registerProvider(Config, { useFactory: async () => ({ level: 'info' }) });
Container.override(Config, { *useFactory() { yield { level: 'debug' }; } });
Container.decorateProvider(Config, (config) => ({ ...config, level: 'debug' }));
@singleton
class Mailer {
  constructor(readonly other: Lazy<Other>) {}
  async send(to: string) {
    return to.length;
  }
  @inject
  async greet(to: string, other?: Other) {
    return [to, other?.url].join();
  }
}
@resource({ nested: 'share', deps: [Url] })
class Other implements AsyncDisposable {
  constructor(readonly url: string) {}
  [Resource.enter]() {}
  async [Symbol.asyncDispose]() {}
}
export const double = task(import.meta.url, 'double', (n: number) => n * 2);
export const main = inject(async (bg: Background, mailer: Mailer, to: string) => {
  const handle = await bg.add(double, 21);
  const doubled: number = await handle.result;
  return doubled + (await mailer.send(to));
});
export const sum: Promise<number> = main('ada');
export const all_ = inject(async (bg: AppBackground, sizes: number[]): Promise<number[]> => {
  const patient = bg.with({ timeout: 1_000, retries: 2, backoff: { initial: 10 }, on: 'thread', priority: 1 });
  const seen: readonly TaskInfo[] = bg.tasks();
  await patient.add(async (context: TaskContext, signal: AbortSignal, bytes: Uint8Array) => {
    context.progress(bytes.length, seen.length + Number(signal.aborted));
  }, transfer(new Uint8Array(1)));
  return bg.map(double, sizes);
});
async function greet(mailer: Mailer, to: string) {
  return mailer.send(to);
}
export const some = inject([Config, optional(Mailer)], (config, mailer, to: string) => [config, mailer?.send(to)]);
export const started: unknown[] = some('ada');
const listener = offstage(
  handler((mailer: Mailer, request: IncomingMessage, response: ServerResponse, tasks: BackgroundTasks) => {
    after(greet, mailer, 'ada');
    after.always(greet, request.url ?? '');
    tasks.addTask(greet, 'grace');
    withBackground(response, new BackgroundTask(greet, 'ada')).end();
  }),
  { resources: 'response' },
);
export const closing: Promise<void> = listener.close(createServer(listener));
export const context: TypedToken<{ id: number }> = typeToken('some-package', 'Context');
export const handlers: Disposable = drainOnSignal({ gracePeriod: 1_000 });
export const body = withContainer(async () => fakeClock().advance(1));
export const urls: string[] = Container.resolve(all(Url));
export const text: string | undefined = transform('function f() {}', 'f.ts')?.code;
export const plugins = [vite(), rollup(), rolldown(), esbuild(), webpack(), rspack(), bun()];
export const known = declarationOf(Other)?.name;
`;

/** What modules export without writing its type: with `declaration: true` the compiler has to find a name for it. */
const exported = `
import {
  all, Background, BackgroundTask, Container, drainOnSignal, factory, inject, lazy, optional, task, token, transfer,
  typeToken,
} from 'offstage';
import { handler, offstage } from 'offstage/node';
import { fakeClock, withContainer } from 'offstage/testing';
import { declarationOf } from 'offstage/runtime';
import { transform } from 'offstage/transform';
import vite from 'offstage/vite';
import esbuild from 'offstage/esbuild';
import webpack from 'offstage/webpack';
import bun from 'offstage/bun';

export class Mailer { send(to: string) { return to.length; } }
export const standard = Container;
export const tenant = Container.create({ parent: Container });
export const grandchild = tenant.create({ parent: tenant });
export function make() { return Container.create(); }
export const Url = token<string>('Url');
export const Context = typeToken<{ id: number }>('some-package', 'Context');
export const derived = [all(Url), factory(Mailer), lazy(Mailer), optional(Mailer)] as const;
export const send = inject((mailer: Mailer, to: string) => mailer.send(to));
export const named = inject([Mailer, Url, optional(Mailer)], (mailer, url, other, to: string) => [mailer, url, other, to]);
export const add = inject((bg: Background, size: number) => bg.add(double, size));
export const map = inject((bg: Background, sizes: number[]) => bg.map(double, sizes));
export const patient = inject((bg: Background) => bg.with({ timeout: 10 }));
export const tasks = inject((bg: Background) => bg.tasks());
export const double = task(import.meta.url, 'double', (n: number) => n * 2);
export const later = new BackgroundTask(double, 2);
export const bytes = transfer(new Uint8Array(1));
export const scope = Container.openScope();
export const graph = Container.graph();
export const snapshot = Container.snapshot();
export const provider = Container.getProvider(Mailer);
export const override = Container.override(Url, { useValue: '' });
export const handlers = drainOnSignal();
export const listener = offstage(handler(() => {}));
export const clock = fakeClock;
export const body = withContainer(async (container) => container);
export const known = declarationOf(Mailer);
export const code = transform('function f() {}', 'f.ts');
export const plugins = [vite(), esbuild(), webpack(), bun()] as const;
`;

beforeAll(() => {
  for (const project of Object.values(projects)) {
    writeFileSync(join(project, 'app.ts'), consumer);
    writeFileSync(join(project, 'exported.ts'), exported);
  }
});

const compilers = ['typescript-5.9', 'typescript', 'typescript-7'];
const settings = [
  {
    module: 'nodenext',
    resolution: 'nodenext',
    decorators: 'standard',
    types: '@types/node',
    strictest: true,
  },
  {
    module: 'esnext',
    resolution: 'bundler',
    decorators: 'legacy',
    types: 'types-node-newest',
    strictest: false,
  },
];

/** What a compiler says of one of the projects. */
async function compile(compiler: string, project: string, name: string, config: object): Promise<string> {
  const file = join(project, `tsconfig.${compiler}.${name}.json`);
  writeFileSync(file, JSON.stringify(config));
  const tsc = join(root, 'node_modules', compiler, 'bin/tsc');
  const { stdout } = await run(process.execPath, [tsc, '-p', file], { cwd: project, ...deadline }).catch(
    (error: { stdout: string }) => error,
  );
  return stdout;
}

describe('the published types hold, without skipping any', () => {
  test.each(compilers.flatMap((compiler) => settings.map((setting) => ({ compiler, ...setting }))))(
    'under $compiler with $resolution, $decorators decorators, $types, and all strict flags: $strictest',
    async ({ compiler, module, resolution, decorators, types, strictest }) => {
      const config = {
        compilerOptions: {
          target: 'es2022',
          lib: ['es2023', 'esnext.disposable', 'esnext.decorators'],
          types: [], // the default of TypeScript 6: the package itself asks for Node's
          module,
          moduleResolution: resolution,
          experimentalDecorators: decorators === 'legacy',
          strict: true,
          exactOptionalPropertyTypes: strictest,
          noUncheckedIndexedAccess: strictest,
          skipLibCheck: false,
          noEmit: true,
        },
        files: ['app.ts'],
      };
      const project = projects[types] as string; // it is one of the two
      expect(await compile(compiler, project, resolution, config)).toBe('');
    },
    90_000,
  );
});

test.each(compilers)(
  '%s finds a name for each type that a module exports without writing it',
  async (compiler) => {
    const project = projects['@types/node'] as string; // it is one of the two
    const config = {
      compilerOptions: {
        target: 'es2022',
        lib: ['es2023', 'esnext.disposable', 'esnext.decorators'],
        types: [],
        module: 'nodenext',
        strict: true,
        skipLibCheck: true,
        declaration: true,
        emitDeclarationOnly: true,
        outDir: `types-of-${compiler}`,
        rootDir: '.',
      },
      files: ['exported.ts'],
    };
    expect(await compile(compiler, project, 'exported', config)).toBe('');
  },
  90_000,
);
