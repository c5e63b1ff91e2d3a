import type { ExportNamedDeclaration, ImportDeclaration, Node, VariableDeclaration } from 'oxc-parser';
import type { Analysis } from '../analysis.js';
import { isDirective, startOf } from '../source/syntax.js';
import type { Unit } from '../state/top-level.js';

export type Range = readonly [start: number, end: number];

/** What a slice leaves out: all that is not among the units to keep. */
export function cutsFor(analysis: Analysis, units: ReadonlySet<Unit>, tasksOnly: boolean): readonly Range[] {
  return analysis.module.program.body.flatMap((statement) => cutsIn(statement, analysis, units, tasksOnly));
}

function cutsIn(
  statement: Node,
  analysis: Analysis,
  units: ReadonlySet<Unit>,
  tasksOnly: boolean,
): readonly Range[] {
  const all: readonly Range[] = [[startOf(statement), statement.end]];
  const own = analysis.topLevel.unitsIn(statement);
  const kept = own.filter((unit) => units.has(unit));
  switch (statement.type) {
    case 'ImportDeclaration':
      if (statement.importKind === 'type') return [];
      if (statement.specifiers.length === 0) return /^[./]/.test(statement.source.value) ? all : [];
      return kept.length === 0 ? all : specifierCuts(statement, kept, analysis.module.code);
    case 'ExportAllDeclaration':
      return tasksOnly && statement.exportKind !== 'type' ? all : [];
    case 'ExportNamedDeclaration':
      if (statement.exportKind === 'type') return [];
      if (statement.source) return tasksOnly ? all : [];
      if (!statement.declaration) return exportCuts(statement, analysis, units);
      break;
  }
  if (own.every((unit) => unit.kind === 'erased')) return [];
  if (isDirective(statement)) return [];
  if (kept.length === 0) return all;
  const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
  return declaration?.type === 'VariableDeclaration' ? declaratorCuts(declaration, kept) : [];
}

/** The ranges between the items to keep, each with the commas that fall away. */
function gaps(items: readonly Node[], keeps: (item: Node) => boolean): readonly Range[] {
  const ranges: Range[] = [];
  let lastKept: Node | undefined;
  let open: number | undefined;
  for (const item of items) {
    if (!keeps(item)) {
      open ??= lastKept?.end ?? item.start;
      continue;
    }
    if (open !== undefined) ranges.push(lastKept ? [open, previousEnd(items, item)] : [open, item.start]);
    open = undefined;
    lastKept = item;
  }
  const end = items.at(-1)?.end;
  if (open !== undefined && end !== undefined) ranges.push([open, end]);
  return ranges;
}

/** Behind the item before, so that one comma stays between two that are kept. */
function previousEnd(items: readonly Node[], item: Node): number {
  return items[items.indexOf(item) - 1]?.end ?? item.start;
}

function nodesOf(units: readonly Unit[]): (node: Node) => boolean {
  const nodes = new Set(units.map(({ node }) => node));
  return (node) => nodes.has(node);
}

function declaratorCuts(declaration: VariableDeclaration, kept: readonly Unit[]): readonly Range[] {
  return gaps(declaration.declarations, nodesOf(kept));
}

function specifierCuts(statement: ImportDeclaration, kept: readonly Unit[], code: string): readonly Range[] {
  const keeps = nodesOf(kept);
  const named = statement.specifiers.filter(({ type }) => type === 'ImportSpecifier');
  const [first, second] = statement.specifiers;
  if (!first || first.type === 'ImportSpecifier') return gaps(named, keeps);
  if (!second) return [];
  // `import first, { … }` and `import first, * as second`
  const open = named.length > 0 ? code.indexOf('{', first.end) : second.start;
  const close = named.length > 0 ? code.indexOf('}', named.at(-1)?.end) + 1 : second.end;
  if (!statement.specifiers.slice(1).some(keeps)) return [[first.end, close]];
  return [...(keeps(first) ? [] : [[first.start, open] as const]), ...gaps(named, keeps)];
}

function exportCuts(
  statement: ExportNamedDeclaration,
  analysis: Analysis,
  units: ReadonlySet<Unit>,
): readonly Range[] {
  const keeps = (specifier: Node) => {
    if (specifier.type !== 'ExportSpecifier' || specifier.exportKind === 'type') return true;
    if (specifier.local.type !== 'Identifier') return false;
    const declared = analysis.topLevel.unitsOf(specifier.local.name);
    // A name that no unit has is a type.
    return declared.length === 0 || declared.some((unit) => units.has(unit));
  };
  const { specifiers } = statement;
  const none = specifiers.length > 0 && !specifiers.some(keeps);
  return none ? [[statement.start, statement.end]] : gaps(specifiers, keeps);
}
