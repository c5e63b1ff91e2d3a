import type { Node } from 'oxc-parser';
import type { Reference } from '../source/scopes.js';
import type { SourceModule } from '../source/source-module.js';
import { SourceOrder } from '../source/source-order.js';
import { boundNames, contains, startOf } from '../source/syntax.js';

type UnitKind =
  | 'import'
  | 'function'
  | 'class'
  | 'variable'
  | 'enum'
  | 'namespace'
  | 'default'
  | 'statement'
  /** Types, and exports of what other units declare. */
  | 'erased';

/** The smallest part of a module's top level that can be kept or left out by itself. */
export class Unit {
  readonly kind: UnitKind;
  readonly names: readonly string[];
  /** An import specifier, a declarator, or the whole statement. */
  readonly node: Node;
  readonly statement: Node;
  readonly exported: boolean;
  readonly #module: SourceModule;
  #references: readonly Reference[] | undefined;

  constructor(module: SourceModule, part: Pick<Unit, 'kind' | 'names' | 'node' | 'statement' | 'exported'>) {
    this.#module = module;
    this.kind = part.kind;
    this.names = part.names;
    this.node = part.node;
    this.statement = part.statement;
    this.exported = part.exported;
  }

  /** Found when first asked for: most units are never asked. */
  get references(): readonly Reference[] {
    this.#references ??= this.#module.referencesIn(this.node);
    return this.#references;
  }
}

export interface TopLevel {
  readonly units: readonly Unit[];
  /** What declares a name; several for declarations that merge. */
  unitsOf(name: string): readonly Unit[];
  unitAt(node: Node): Unit | undefined;
  unitsIn(statement: Node): readonly Unit[];
  /** These units and all that they use, directly or not. */
  closure(roots: Iterable<Unit>): Set<Unit>;
}

export function readTopLevel(module: SourceModule): TopLevel {
  const listed = exportedNames(module);
  const units: Unit[] = [];
  for (const statement of module.program.body) units.push(...unitsIn(statement, listed, module));
  const inOrder = new SourceOrder(units, ({ node }) => startOf(node));
  const byName = new Map<string, Unit[]>();
  for (const unit of units)
    for (const name of unit.names) byName.set(name, [...(byName.get(name) ?? []), unit]);
  const unitsOf = (name: string) => byName.get(name) ?? [];
  return {
    units,
    unitsOf,
    unitAt(node) {
      const unit = inOrder.before(node.start + 1);
      return unit && contains(unit.node, node) ? unit : undefined;
    },
    unitsIn: (statement) => inOrder.in(statement),
    closure(roots) {
      const reached = new Set<Unit>(roots);
      for (const unit of reached)
        for (const { name, binding } of unit.references)
          if (binding?.scope.isTopLevel) for (const used of unitsOf(name)) reached.add(used);
      return reached;
    },
  };
}

/** Locals that an export list names. */
function exportedNames(module: SourceModule): Set<string> {
  const names = new Set<string>();
  for (const statement of module.program.body) {
    if (statement.type === 'ExportDefaultDeclaration' && statement.declaration.type === 'Identifier')
      names.add(statement.declaration.name);
    if (statement.type !== 'ExportNamedDeclaration' || statement.source) continue;
    for (const { local } of statement.specifiers) if (local.type === 'Identifier') names.add(local.name);
  }
  return names;
}

function unitsIn(statement: Node, listed: Set<string>, module: SourceModule): Unit[] {
  const unit = (kind: UnitKind, names: string[], node: Node = statement, exported = false): Unit => {
    const isExported = exported || names.some((name) => listed.has(name));
    return new Unit(module, { kind, names, node, statement, exported: isExported });
  };
  const wrapped =
    statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration';
  const node = wrapped && statement.declaration ? statement.declaration : statement;
  const isDefault = statement.type === 'ExportDefaultDeclaration';
  if ('declare' in node && node.declare === true) return [unit('erased', [])];
  switch (node.type) {
    case 'ImportDeclaration':
      return node.specifiers.map((specifier) => unit('import', [specifier.local.name], specifier));
    case 'FunctionDeclaration':
      return [unit('function', [node.id?.name ?? 'default'], statement, wrapped)];
    case 'ClassDeclaration':
      return [unit('class', [node.id?.name ?? 'default'], statement, wrapped)];
    case 'TSEnumDeclaration':
      return [unit('enum', [node.id.name], statement, wrapped)];
    case 'VariableDeclaration':
      return node.declarations.map((declarator) =>
        unit('variable', boundNames(declarator.id), declarator, wrapped),
      );
    case 'TSModuleDeclaration':
    case 'TSImportEqualsDeclaration':
      return [unit('namespace', node.id.type === 'Identifier' ? [node.id.name] : [], statement, wrapped)];
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
    case 'TSDeclareFunction':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
    case 'EmptyStatement':
      return [unit('erased', [])];
    default:
      if (isDefault) return [unit('default', ['default'], statement, true)];
      return [
        unit(
          'statement',
          statement.type === 'ExpressionStatement' ? [] : hoistedNames(statement, listed, module),
        ),
      ];
  }
}

/** The `var`s in the blocks of a statement, which belong to the module. */
function hoistedNames(statement: Node, listed: Set<string>, module: SourceModule): string[] {
  const used = module
    .bindingsIn(statement)
    .flatMap(({ scope, uses }) => (scope.isTopLevel ? (uses?.[0]?.name ?? []) : []));
  const exported = [...listed].filter((name) => {
    const binding = module.topLevel.value(name);
    return binding && contains(statement, binding.node);
  });
  return [...new Set([...used, ...exported])];
}

/** Whether a statement stands at the top of the module, so that what it declares can be exported. */
export function standsAtTop(module: SourceModule, node: Node): boolean {
  const parent = module.parentOf(node);
  if (!parent || parent.type === 'Program') return true;
  const isExport = parent.type === 'ExportNamedDeclaration' || parent.type === 'ExportDefaultDeclaration';
  return isExport && module.parentOf(parent)?.type === 'Program';
}
