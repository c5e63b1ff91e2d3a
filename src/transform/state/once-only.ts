import type { CallExpression, NewExpression, Node } from 'oxc-parser';
import type { Binding } from '../source/scopes.js';
import type { SourceModule } from '../source/source-module.js';
import { isClass, isFunction, memberName, unwrap } from '../source/syntax.js';
import { declaratorOf } from './immutability.js';
import { calleePath, importOf } from './purity.js';

type Call = CallExpression | NewExpression;

/** What has been looked through, and has nothing once-only. */
const harmless = new WeakSet<Node>();

/** Whether a constant of the top level is another one each time that it is made: each thread would have its own. */
export function isMadeOnlyOnce(module: SourceModule, binding: Binding): boolean {
  const declared = declaratorOf(module, binding);
  const made = declared?.type === 'VariableDeclarator' ? declared.init : isClass(declared) && declared;
  if (!made) return false;
  const seen = new Set<Node>();
  if (isOnceOnly(module, made, seen)) return true;
  for (const node of seen) harmless.add(node); // all of them, to their ends
  return false;
}

/** @param seen the functions that it was looked for in, which may call each other */
function isOnceOnly(module: SourceModule, node: Node, seen: Set<Node>): boolean {
  if (seen.has(node) || harmless.has(node)) return false;
  seen.add(node);
  return module.callsIn(node).some((call) => {
    if (!runsWith(module, call, node)) return false;
    if (givesAnother(module, call)) return !isOnlyPrinted(module, call);
    return bodiesOf(module, call).some((body) => isOnceOnly(module, body, seen));
  });
}

/** What a call runs of this file. */
function bodiesOf(module: SourceModule, { callee }: Call): readonly Node[] {
  const called = module.bindingOf(callee);
  const declared = called?.type === 'Function' ? called.node : called && declaratorOf(module, called);
  const code = (declared?.type === 'VariableDeclarator' ? declared.init : declared) ?? unwrap(callee);
  if (isFunction(code)) return code.body ? [code.body] : [];
  if (!isClass(code)) return [];
  return code.body.body.flatMap((member): Node[] => {
    if (member.type === 'PropertyDefinition') return member.static || !member.value ? [] : [member.value];
    const isMaker = member.type === 'MethodDefinition' && member.kind === 'constructor';
    return isMaker && member.value.body ? [member.value.body] : [];
  });
}

/** Whether a call takes place when what stands around it is evaluated, not later. */
function runsWith(module: SourceModule, call: Node, around: Node): boolean {
  for (let at: Node | undefined = call; at && at !== around; at = module.parentOf(at)) {
    if (at.type === 'PropertyDefinition' && !at.static) return false;
    if (!isFunction(at)) continue;
    const caller = module.parentOf(at);
    if (caller?.type !== 'CallExpression') return false;
    if (caller.callee !== at && !/^(from|map|flatMap)$/.test(memberName(caller.callee) ?? '')) return false;
  }
  return !isFunction(around);
}

/** Whether all that becomes of a value is that the console prints it: the time that something took. */
function isOnlyPrinted(module: SourceModule, value: Node): boolean {
  const around = module.parentOf(value);
  switch (around?.type) {
    case 'BinaryExpression':
    case 'TemplateLiteral':
      return isOnlyPrinted(module, around);
    case 'CallExpression':
      return around.callee !== value && (calleePath(module, around.callee)?.startsWith('console.') ?? false);
    case 'VariableDeclarator': {
      const [binding] = module.bindingsIn(around.id);
      if (around.id.type !== 'Identifier' || !binding || binding.scope.isTopLevel) return false;
      return module.usesOf(binding).every(({ node }) => node !== value && isOnlyPrinted(module, node));
    }
    default:
      return false;
  }
}

function givesAnother(module: SourceModule, { type, callee, arguments: args }: Call): boolean {
  const path = calleePath(module, callee);
  if (path === 'Date') return type === 'CallExpression' || args.length === 0;
  if (path)
    return /^(Math\.random|Date\.now|performance\.now|process\.(uptime|hrtime(\.bigint)?)|crypto\.\w+)$/.test(
      path,
    );
  const from = importOf(module, callee);
  if (!from) return false;
  const name = from.name.split('.').at(-1) ?? '';
  if (/^(node:)?crypto$/.test(from.specifier)) return /^(random|generate|getRandomValues)/.test(name);
  if (/^(node:)?perf_hooks$/.test(from.specifier)) return name === 'now';
  // Of packages that make ids: to those that check data, and to databases, a `uuid` is a type.
  return !/^[./]/.test(from.specifier) && idPackage.test(from.specifier) && idMaker.test(name);
}

const idPackage = /(nano|ul|uu|cu)id/;
const idMaker = /^(nanoid|ulid|uuid|createId|v[1467])$/;
