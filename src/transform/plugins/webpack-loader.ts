import { bundledFile, pathInProject } from '../bundled-source.js';
import { transform } from '../transform.js';
import { declaresOnly } from '../types/package-run-time.js';
import { withoutAbsent } from './absent-sources.js';

export interface LoaderOptions {
  /** Called for a file that adds a sync task to a Background. */
  foundTask(file: string): void;
}

interface LoaderContext {
  readonly resourcePath: string;
  readonly context: string;
  getOptions(): LoaderOptions;
  getResolve(options: {
    dependencyType: 'esm';
  }): (context: string, request: string) => Promise<string | false | undefined>;
  async(): (error: unknown, code?: string, map?: unknown) => void;
}

/** Transforms one file. webpack and Rspack call it. */
export default function load(this: LoaderContext, code: string, map: unknown): void {
  const done = this.async();
  const file = bundledFile(this.resourcePath, () => {
    this.getOptions().foundTask(pathInProject(this.resourcePath));
    return undefined;
  });
  const bundle = { ...file, asksFirst: true };
  const find = this.getResolve({ dependencyType: 'esm' });
  const resolves = async (specifier: string) => {
    const file = await find(this.context, specifier).catch(() => false);
    return typeof file === 'string' && !declaresOnly(file);
  };
  withoutAbsent((absent) => transform(code, this.resourcePath, { bundle, absent }), resolves).then(
    (result) => done(null, result?.code ?? code, result?.map ?? map),
    done,
  );
}
