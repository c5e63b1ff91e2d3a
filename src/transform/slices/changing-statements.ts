import type { CallExpression, MemberExpression, Node } from 'oxc-parser';
import type { Analysis } from '../analysis.js';
import type { Binding } from '../source/scopes.js';
import type { SourceModule } from '../source/source-module.js';
import { contains, isClass, isFunction, isTypeWrapper, memberName, unwrap } from '../source/syntax.js';
import { isWritten } from '../state/assignments.js';
import { borrowedBy, methodNamedBy } from '../state/borrowed-methods.js';
import { calledFunction, calledMethods } from '../state/called-code.js';
import { givenBy, listsParts, passesParts, sharesMemory } from '../state/given-parts.js';
import { declaratorOf } from '../state/immutability.js';
import { changingFunctions, isChangingMethod } from '../state/known-functions.js';
import { membersOf } from '../state/members.js';
import { ModuleState } from '../state/module-state.js';
import { calleePath } from '../state/purity.js';
import type { TopLevel, Unit } from '../state/top-level.js';
import { ChangedNames, isOwn, type Kind } from './changed-names.js';
import { type GlobalPath, globalsSetAt, usesGlobal } from './set-globals.js';

/** What packages call the methods that set them up. */
const settingUp = /^(?:config|configure|define|extend|locale|register|set|use)(?![a-z])/;

/**
 * Tells which statements of a module change something of it, by what stands there: `table.a = 1`, `list.push(1)`,
 * `fill(list)` and `day.extend(plugin)`, but not `app.listen()`.
 */
export class ChangingStatements {
  readonly #module: SourceModule;
  readonly #topLevel: TopLevel;
  readonly #names: ChangedNames;
  readonly #state: ModuleState;
  readonly #changed: ReadonlyMap<Unit, ReadonlySet<Unit>>;
  /** The globals that statements set. */
  readonly #setters: ReadonlyMap<Unit, readonly GlobalPath[]>;
  /** Parameters and loop variables that are being followed: functions may call each other. */
  readonly #followed = new Set<Binding>();

  constructor({ module, topLevel }: Analysis) {
    this.#module = module;
    this.#topLevel = topLevel;
    this.#names = new ChangedNames(module, topLevel);
    this.#state = new ModuleState(module);
    const statements = topLevel.units.filter(({ kind }) => kind === 'statement');
    this.#changed = new Map(statements.map((statement) => [statement, this.#changedBy(statement)]));
    this.#setters = new Map(
      statements.flatMap((statement) => {
        const globals = this.#globalsSetBy(statement);
        return globals.length > 0 ? [[statement, globals]] : [];
      }),
    );
  }

  /** Those that change one of these. */
  of(units: ReadonlySet<Unit>): readonly Unit[] {
    const changing = [...this.#changed].flatMap(([statement, changed]) =>
      [...changed].some((unit) => units.has(unit)) ? statement : [],
    );
    const setting = [...this.#setters].flatMap(([statement, globals]) =>
      [...units].some((unit) => this.#usesOneOf(unit, globals)) ? statement : [],
    );
    return [...changing, ...setting];
  }

  #globalsSetBy({ node: statement, references }: Unit): GlobalPath[] {
    return references.flatMap((reference) =>
      this.#runsWith(reference.node, statement) ? globalsSetAt(this.#module, reference) : [],
    );
  }

  #usesOneOf({ references }: Unit, globals: readonly GlobalPath[]): boolean {
    return references.some((reference) => globals.some((set) => usesGlobal(this.#module, reference, set)));
  }

  #changedBy({ node: statement, references }: Unit): Set<Unit> {
    const changing = references.filter((reference) => {
      const { node, binding } = reference;
      if (!binding?.scope.isTopLevel || !this.#runsWith(node, statement)) return false;
      return isWritten(this.#module, node) || this.#changes(node, this.#names.kindOf(reference));
    });
    const names = changing.flatMap((reference) => [reference.name, ...this.#names.sourcesOf(reference)]);
    return new Set(names.flatMap((name) => this.#topLevel.unitsOf(name)));
  }

  /** Whether what stands around an expression changes the object that it gives, or a part of that. */
  #changes(node: Node, kind: Kind): boolean {
    const parent = this.#module.parentOf(node);
    if (!parent) return false;
    if (isTypeWrapper(parent) || parent.type === 'ChainExpression') return this.#changes(parent, kind);
    switch (parent.type) {
      case 'MemberExpression':
        if (parent.object !== node) return false;
        return isWritten(this.#module, parent) || this.#changes(parent, kind);
      case 'UnaryExpression':
        return parent.operator === 'delete';
      case 'CallExpression': {
        const callee = unwrap(parent.callee);
        if (parent.callee !== node) return this.#argumentChanges(parent, node, kind);
        return callee.type === 'MemberExpression' && this.#methodChanges(callee, parent, kind);
      }
      case 'NewExpression': {
        const path = calleePath(this.#module, parent.callee) ?? '';
        return isOwn(kind) && sharesMemory(this.#module, path, parent) && this.#changes(parent, 'part');
      }
      case 'ArrayExpression':
        return isOwn(kind) && this.#changes(parent, 'part');
      case 'ForOfStatement':
        if (parent.right !== node || !isOwn(kind)) return false;
        return (
          parent.left.type === 'VariableDeclaration' &&
          parent.left.declarations.some(({ id }) => this.#partsChange(id, parent))
        );
      default:
        return false;
    }
  }

  #methodChanges(method: MemberExpression, call: CallExpression, kind: Kind): boolean {
    const name = memberName(method) ?? '';
    if (kind === 'other') return false;
    if (kind === 'package') return settingUp.test(name);
    if (isChangingMethod(name) && calledMethods(this.#module, method).length === 0) return true;
    const callback =
      passesParts(name) && call.arguments[0] && calledFunction(this.#module, call.arguments[0]);
    if (callback) return callback.params.some((parameter) => this.#partsChange(parameter, callback));
    if (givenBy(name) && this.#changes(call, 'part')) return true;
    if (this.#changesClass(method, name)) return true;
    return kind === 'data' && this.#hasOwnMethods(method.object) && this.#state.isChangedAt(method.object);
  }

  /** Whether a static method changes something of its class, by the name of that. */
  #changesClass({ object }: MemberExpression, name: string): boolean {
    const binding = this.#module.bindingOf(object);
    if (!binding || !isClass(declaratorOf(this.#module, binding))) return false;
    const uses = this.#module.usesOf(binding);
    return membersOf(this.#module, object, name).some((method) =>
      uses.some(
        ({ node }) => contains(method, node) && this.#runsWith(node, method) && this.#changes(node, 'part'),
      ),
    );
  }

  /** Whether it is known what the methods of a name do. */
  #hasOwnMethods(object: Node): boolean {
    const binding = this.#module.bindingOf(object);
    const declared = binding && declaratorOf(this.#module, binding);
    if (isClass(declared)) return declared.superClass === null || this.#hasOwnMethods(declared.superClass);
    if (declared?.type !== 'VariableDeclarator' || !declared.init) return false;
    return /^(?:Object|New)Expression$/.test(unwrap(declared.init).type);
  }

  #argumentChanges(call: CallExpression, argument: Node, kind: Kind): boolean {
    const index = call.arguments.findIndex((one) => Object.is(one, argument));
    const path = calleePath(this.#module, call.callee);
    if (path && index === 0 && isOwn(kind) && listsParts(path)) return this.#changes(call, 'part');
    if (path && changingFunctions.has(path)) return index === 0;
    if (!isOwn(kind)) return false;
    const borrowed = borrowedBy(this.#module, call);
    if (borrowed?.self === index && isChangingMethod(methodNamedBy(this.#module, borrowed.fn) ?? ''))
      return true;
    const first = borrowed ? borrowed.first : 0;
    if (first === undefined) return false;
    const called = calledFunction(this.#module, borrowed?.fn ?? call.callee);
    return [...calledMethods(this.#module, call.callee), ...(called ? [called] : [])].some((code) => {
      const parameter = code.params[index - first];
      return parameter !== undefined && this.#partsChange(parameter, code);
    });
  }

  #partsChange(pattern: Node, within: Node): boolean {
    return this.#module.bindingsIn(pattern).some((binding) => {
      if (this.#followed.has(binding)) return false;
      this.#followed.add(binding);
      const uses = this.#module.usesOf(binding);
      const changes = uses.some(({ node }) => this.#runsWith(node, within) && this.#changes(node, 'part'));
      this.#followed.delete(binding);
      return changes;
    });
  }

  /** Whether a name is used when what stands around it runs, not later. */
  #runsWith(name: Node, around: Node): boolean {
    for (let at = this.#module.parentOf(name); at && at !== around; at = this.#module.parentOf(at)) {
      if (!isFunction(at)) continue;
      const call = this.#module.parentOf(at);
      if (at.async || at.generator || call?.type !== 'CallExpression') return false;
      if (call.callee !== at && !passesParts(memberName(call.callee) ?? '')) return false;
    }
    return true;
  }
}
