import { parse, readModule } from './source-module.js';

/** Whether a file is CommonJS: in a bundle it must get no imports, and nothing tells what of it a slice needs. */
export function isCommonJs(code: string, file: string): boolean {
  const isNamedSo = /\.c[jt]s$/.test(file);
  // A look at the text costs far less than to parse it.
  if (!isNamedSo && !/\b(?:module|exports|require)\b/.test(code)) return false;
  const parsed = parse(code, file);
  if (!parsed) return isNamedSo;
  const { module, program } = parsed;
  if (program.body.some(({ type }) => type === 'TSExportAssignment')) return true;
  if (module.hasModuleSyntax) return false;
  // Without imports, exports and these it is a program, of either kind.
  return isNamedSo || readModule(code, parsed).references.some(isOfCommonJs);
}

function isOfCommonJs({ name, binding }: { readonly name: string; readonly binding?: unknown }): boolean {
  return binding === undefined && /^(?:module|exports|require)$/.test(name);
}
