import type { SourceModule } from '../source/source-module.js';
import { memberName, unwrap } from '../source/syntax.js';
import { isInstalled } from '../types/package-run-time.js';
import { importedName } from '../types/type-syntax.js';
import { addedTask } from './asking-calls.js';

/** A function that a file adds to a Background, and another file declares. */
export interface ImportedTask {
  /** The expression that names it in this file. */
  readonly source: string;
  readonly specifier: string;
  /** Its name as an export of the other module. */
  readonly imported: string;
  /** Its name as an export of this file's slice. */
  readonly export: string;
}

export function importedTasks(module: SourceModule, file: string, prefix: string): ImportedTask[] {
  const found = new Map<string, ImportedTask>();
  for (const call of module.calls) {
    const [expression] = addedTask(module, call);
    if (!expression) continue;
    const node = unwrap(expression);
    const member = node.type === 'MemberExpression' ? memberName(node) : undefined;
    const root = node.type === 'MemberExpression' ? unwrap(node.object) : node;
    const binding = module.bindingOf(root);
    if (binding?.type !== 'Import') continue;
    const specifier = binding.importNode.source.value;
    const path = [...importedName(binding.node), ...(member === undefined ? [] : [member])];
    const [imported] = path;
    // A method of what is imported belongs to its object.
    if (imported === undefined || path.length > 1 || isInstalled(specifier, file)) continue;
    const source = module.code.slice(node.start, node.end);
    const name = `${prefix}$imported${found.size}`;
    if (!found.has(source)) found.set(source, { source, specifier, imported, export: name });
  }
  return [...found.values()];
}
