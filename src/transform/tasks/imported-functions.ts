import type { SourceModule } from '../source/source-module.js';
import { memberName, unwrap } from '../source/syntax.js';
import { isInstalled } from '../types/package-run-time.js';
import { importedName } from '../types/type-syntax.js';
import { addedTask, askingArguments } from './asking-calls.js';

/** A function that a file gives to what injects, and another file declares. */
export interface ImportedFunction {
  /** The expression that names it in this file. */
  readonly source: string;
  readonly specifier: string;
  /** Its name as an export of the other module. */
  readonly imported: string;
  /** Whether this file adds it to a Background. */
  readonly task: boolean;
  /** Its name as an export of this file's slice. */
  readonly export: string;
}

export function importedFunctions(module: SourceModule, file: string, prefix: string): ImportedFunction[] {
  const found = new Map<string, Omit<ImportedFunction, 'export'>>();
  for (const call of module.calls) {
    const isTask = addedTask(module, call).length > 0;
    for (const expression of askingArguments(module, call)) {
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
      const task = isTask || found.get(source)?.task === true;
      found.set(source, { source, specifier, imported, task });
    }
  }
  return [...found.values()].map((one, index) => ({ ...one, export: `${prefix}$imported${index}` }));
}
