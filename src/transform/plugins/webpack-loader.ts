import { bundledFile, pathInProject } from '../bundled-source.js';
import { transform } from '../transform.js';

export interface LoaderOptions {
  /** Called for a file that adds a sync task to a Background. */
  foundTask(file: string): void;
}

interface LoaderContext {
  readonly resourcePath: string;
  getOptions(): LoaderOptions;
  callback(error: null, code: string, map?: unknown): void;
}

/** Transforms one file. webpack and Rspack call it. */
export default function load(this: LoaderContext, code: string, map: unknown): void {
  const file = bundledFile(this.resourcePath, () => {
    this.getOptions().foundTask(pathInProject(this.resourcePath));
    return undefined;
  });
  const result = transform(code, this.resourcePath, { bundle: file });
  this.callback(null, result?.code ?? code, result?.map ?? map);
}
