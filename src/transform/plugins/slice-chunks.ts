import { TransformError } from '../../errors.js';
import { fileOf } from '../analysis.js';
import { isOwnSource, pathInProject, readSource } from '../bundled-source.js';
import { isCommonJs } from '../source/common-js.js';

/** What a bundler has written, as far as it matters here. */
export type WrittenBundle = Readonly<Record<string, WrittenFile>>;

interface WrittenFile {
  readonly type: string;
  /** Of a chunk. */
  readonly modules?: Readonly<Record<string, { readonly renderedLength: number }>>;
  readonly imports?: readonly string[];
}

/** Whether a module of the program is CommonJS, of which there are no slices. */
export async function isCommonJsFile(id: string): Promise<boolean> {
  const file = fileOf(id);
  return isCommonJs(await readSource(file), file);
}

/**
 * Sees to it that worker threads load nothing of the program but its slices, and what is CommonJS.
 *
 * @throws TransformError if what splits the bundle has put other modules beside them
 */
export async function checkSliceChunks(
  bundle: WrittenBundle,
  isSlice: (id: string) => boolean,
): Promise<void> {
  const seen = new Set<string>();
  const visit = async (name: string) => {
    if (seen.has(name)) return;
    seen.add(name);
    const { modules = {}, imports = [] } = bundle[name] ?? { type: 'external' };
    for (const [id, { renderedLength }] of Object.entries(modules))
      if (renderedLength > 0 && !isSlice(id) && isOwnSource(id) && !(await isCommonJsFile(id)))
        throw mixed(name, id);
    for (const imported of imports) await visit(imported);
  };
  for (const [name, { modules = {} }] of Object.entries(bundle))
    if (Object.keys(modules).some(isSlice)) await visit(name);
}

function mixed(chunk: string, id: string): TransformError {
  return new TransformError(
    `worker threads would run ${pathInProject(id)} again: the bundler has put it into ${chunk}, which they load`,
    'Have manualChunks or the groups of codeSplitting leave out what has ?offstage- in its id.',
  );
}
