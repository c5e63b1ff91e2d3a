import type { CallExpression, Class, NewExpression, Node } from 'oxc-parser';
import type { Binding } from '../source/scopes.js';
import type { SourceModule } from '../source/source-module.js';
import { type FunctionLike, isClass, isFunction, memberName } from '../source/syntax.js';
import { codeOf } from './called-code.js';
import { passesParts } from './given-parts.js';
import { declaratorOf } from './immutability.js';
import { words } from './known-functions.js';
import { memberNamed } from './members.js';
import { calleePath, importOf, isOwnFunction, isPureBuiltinCall } from './purity.js';
import { makesSchema } from './schemas.js';

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

/** What a call runs of this file: what it calls, and what a method is passed by name. */
function bodiesOf(module: SourceModule, { callee, arguments: args }: Call): readonly Node[] {
  const spread = args.findIndex(({ type }) => type === 'SpreadElement');
  const given = spread < 0 ? args.length : spread;
  if (callee.type === 'Super') {
    const base = classAround(module, callee)?.superClass;
    return base ? runBy(module, base, given) : [];
  }
  const method = memberName(callee) ?? '';
  const passed = passesParts(method) || callsBack.test(method) ? args : [];
  const byName = passed.filter(({ type }) => type === 'Identifier');
  return [...runBy(module, callee, given), ...byName.flatMap((name) => runBy(module, name, 2))];
}

/** Methods, beside those that pass parts, that call a function at once. */
const callsBack = /^(from|replace|replaceAll|sort|toSorted|then)$/;

/** What runs of a function, or of a class that is made, with so many arguments. */
function runBy(module: SourceModule, called: Node, given: number): readonly Node[] {
  const code = codeOf(module, called);
  if (!isClass(code)) return code ? runOf(code, given) : [];
  const fields = code.body.body.flatMap((member) =>
    member.type === 'PropertyDefinition' && !member.static && member.value ? member.value : [],
  );
  const own = memberNamed(code, 'constructor', false);
  if (isFunction(own)) return [...fields, ...runOf(own, given)];
  return code.superClass ? [...fields, ...runBy(module, code.superClass, given)] : fields;
}

/** The body of a function, and the defaults of what it is not given. */
function runOf({ params, body }: FunctionLike, given: number): readonly Node[] {
  return body ? [...params.slice(given), body] : [];
}

function classAround(module: SourceModule, node: Node): Class | undefined {
  let around = module.parentOf(node);
  while (around && !isClass(around)) around = module.parentOf(around);
  return around;
}

/** Whether a call takes place when what stands around it is evaluated, not later. */
function runsWith(module: SourceModule, call: Node, around: Node): boolean {
  for (let at: Node | undefined = call; at && at !== around; at = module.parentOf(at)) {
    if (at.type === 'PropertyDefinition' && !at.static) return false;
    if (isFunction(at) && !isCalledAtOnce(module, at)) return false;
  }
  return !isFunction(around);
}

/** Whether a function in place is called there, or passed to what may do so at once. */
function isCalledAtOnce(module: SourceModule, fn: Node): boolean {
  const caller = module.parentOf(fn);
  if (caller?.type !== 'CallExpression' && caller?.type !== 'NewExpression') return false;
  return caller.callee === fn || mayCallBack(module, caller);
}

/** Whether a call may call what it is passed: not if it gives a function, which does so later. */
function mayCallBack(module: SourceModule, call: Call): boolean {
  if (isOwnFunction(module, call.callee) || isPureBuiltinCall(module, call.callee)) return false; // `promisify(f)`
  if (makesSchema(module, call)) return false;
  const holder = module.parentOf(call);
  if (holder?.type !== 'VariableDeclarator' || holder.id.type !== 'Identifier') return true;
  return !module.bindingsIn(holder.id).some((binding) => isCalled(module, binding));
}

function isCalled(module: SourceModule, binding: Binding): boolean {
  return module.usesOf(binding).some(({ node }) => {
    const call = module.parentOf(node);
    return call?.type === 'CallExpression' && call.callee === node;
  });
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

function givesAnother(module: SourceModule, call: Call): boolean {
  const { type, callee, arguments: args } = call;
  if (calleePath(module, callee) === 'Date') return type === 'CallExpression' || args.length === 0;
  if (isSource(module, callee) || opensAnother(module, call)) return true;
  return args.some((argument) => isSource(module, argument)) && mayCallBack(module, call);
}

/** Whether each call of a function gives something else: a moment, or something random. */
function isSource(module: SourceModule, called: Node): boolean {
  const path = calleePath(module, called);
  if (path) return sources.has(path);
  const from = importOf(module, called);
  if (!from) return false;
  const name = from.name.split('.').at(-1) ?? '';
  if (/^(node:)?crypto$/.test(from.specifier)) return /^(random|generate|getRandomValues)/.test(name);
  if (/^(node:)?perf_hooks$/.test(from.specifier)) return name === 'now';
  // Of packages that make ids: to those that check data, and to databases, a `uuid` is a type.
  return !/^[./]/.test(from.specifier) && idPackage.test(from.specifier) && idMaker.test(name);
}

const sources = words(`
  Math.random Date.now performance.now process.uptime process.hrtime process.hrtime.bigint crypto.randomUUID
  crypto.getRandomValues`);
const idPackage = /(nano|ul|uu|cu)id/;
const idMaker = /^(nanoid|ulid|uuid|createId|v[1467])$/;

/** Whether a call of `node:fs` opens a file, makes a folder with a name of its own, or reads what is there only once. */
function opensAnother(module: SourceModule, { callee, arguments: [file] }: Call): boolean {
  const from = importOf(module, callee);
  if (!from || !/^(node:)?fs(\/promises)?$/.test(from.specifier)) return false;
  const name = from.name.split('.').at(-1) ?? '';
  if (!/^readFile(Sync)?$/.test(name))
    return /^((open|opendir|mkdtemp|mkdtempDisposable)(Sync)?|create(Read|Write)Stream)$/.test(name);
  if (file?.type === 'Literal') return file.value === 0 || file.value === '/dev/stdin';
  return file !== undefined && calleePath(module, file) === 'process.stdin.fd';
}
