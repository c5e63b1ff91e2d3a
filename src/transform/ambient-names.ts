import type { Node, Program } from 'oxc-parser';

/** Names of the top level that have no value in the module, though they are declared as values are. */
export interface AmbientNames {
  /** Namespaces of types alone, and what `declare` says is elsewhere. */
  readonly all: ReadonlySet<string>;
  /** Those of them that are classes, which can only be globals. */
  readonly classes: ReadonlySet<string>;
}

export function ambientNames(program: Program): AmbientNames {
  const all = new Set<string>();
  const classes = new Set<string>();
  const real = new Set<string>();
  for (const statement of program.body) {
    const node = declarationIn(statement);
    const names = declaredNames(node);
    const ambient = ('declare' in node && node.declare === true) || !runs(node);
    for (const name of names) (ambient ? all : real).add(name);
    if (ambient && node.type === 'ClassDeclaration') for (const name of names) classes.add(name);
  }
  // A function or class, and the namespace of its types, share a name.
  for (const name of real) {
    all.delete(name);
    classes.delete(name);
  }
  return { all, classes };
}

function declarationIn(statement: Node): Node {
  const exported =
    statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration';
  return (exported && statement.declaration) || statement;
}

function declaredNames(node: Node): string[] {
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
    case 'TSEnumDeclaration':
    case 'TSDeclareFunction':
    case 'TSModuleDeclaration':
      return node.id?.type === 'Identifier' ? [node.id.name] : [];
    case 'VariableDeclaration':
      return node.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []));
    default:
      return [];
  }
}

/** Whether the compiler leaves something of a statement. */
function runs(node: Node): boolean {
  switch (node.type) {
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
    case 'TSImportEqualsDeclaration':
    case 'TSDeclareFunction':
      return false;
    case 'ExportNamedDeclaration':
      if (!node.declaration) return false;
      return node.declaration.type === 'TSImportEqualsDeclaration' || runs(node.declaration);
    case 'TSModuleDeclaration':
      return node.body?.type === 'TSModuleBlock' && node.body.body.some(runs);
    default:
      return true;
  }
}
