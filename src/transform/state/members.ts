import type { Class, Node, ObjectExpression } from 'oxc-parser';
import type { SourceModule } from '../source/source-module.js';
import { isClass, memberName, propertyName, unwrap } from '../source/syntax.js';

/** A class or object literal, and which of its members an object has. */
interface Holder {
  readonly node: Class | ObjectExpression;
  /** Always for a literal. */
  readonly isStatic: boolean;
  /** Whether the object may be of a class that extends it. */
  readonly isBase?: boolean;
}

/** The class or object literal whose members an expression has. */
export function holderOf(module: SourceModule, expression: Node): Holder | undefined {
  const object = unwrap(expression);
  if (object.type === 'ThisExpression') return holderAround(module, object);
  if (object.type === 'Super') {
    const around = holderAround(module, object);
    const base = isClass(around?.node) ? baseOf(module, around.node) : undefined;
    return base && around && { node: base, isStatic: around.isStatic };
  }
  const binding = module.bindingOf(object);
  const declared = binding && module.parentOf(binding.node);
  if (isClass(declared)) return { node: declared, isStatic: true };
  const init = declared?.type === 'VariableDeclarator' && declared.init ? unwrap(declared.init) : object;
  if (init.type === 'ObjectExpression') return { node: init, isStatic: true };
  const made = init.type === 'NewExpression' ? classOf(module, init.callee) : undefined;
  if (made) return { node: made, isStatic: false };
  const typed = binding && typeOf(module, binding.node);
  return typed && { node: typed, isStatic: false, isBase: true };
}

function holderAround(module: SourceModule, receiver: Node): Holder | undefined {
  let isStatic = false;
  for (let at = module.parentOf(receiver); at; at = module.parentOf(at)) {
    if (at.type === 'ObjectExpression') return { node: at, isStatic: true };
    if (isClass(at)) return { node: at, isStatic, isBase: true };
    if (at.type === 'MethodDefinition' || at.type === 'PropertyDefinition') isStatic = at.static;
  }
  return undefined;
}

/** The class of the file that a name is declared to be an instance of. */
function typeOf(module: SourceModule, name: Node): Class | undefined {
  const type = name.type === 'Identifier' ? name.typeAnnotation?.typeAnnotation : undefined;
  if (type?.type !== 'TSTypeReference' || type.typeName.type !== 'Identifier') return undefined;
  const { name: className } = type.typeName;
  return module.classes.find(({ id }) => id?.name === className);
}

/** The class of the file that a name stands for. */
function classOf(module: SourceModule, name: Node): Class | undefined {
  const binding = module.bindingOf(unwrap(name));
  const declared = binding && module.parentOf(binding.node);
  return isClass(declared) ? declared : undefined;
}

function baseOf(module: SourceModule, { superClass }: Class): Class | undefined {
  return superClass ? classOf(module, superClass) : undefined;
}

/** A class and those that it extends, the nearest first. */
function basesOf(module: SourceModule, node: Holder['node']): Holder['node'][] {
  const all = new Set([node]);
  for (const one of all) {
    const base = isClass(one) ? baseOf(module, one) : undefined;
    if (base) all.add(base);
  }
  return [...all];
}

/** The classes of the file that extend one, also by others. */
function heirsOf(module: SourceModule, node: Holder['node']): Holder['node'][] {
  const all = new Set([node]);
  for (const one of all) for (const heir of module.classes) if (baseOf(module, heir) === one) all.add(heir);
  all.delete(node);
  return [...all];
}

/** What a member of an object may be: that of its class or the next base class; of `this` also that of an heir. */
export function membersOf(module: SourceModule, object: Node, name: string): readonly Node[] {
  const holder = holderOf(module, object);
  if (!holder) return [];
  const own = (node: Holder['node']) => memberNamed(node, name, holder.isStatic) ?? [];
  const inherited = basesOf(module, holder.node).flatMap(own).slice(0, 1);
  if (!holder.isBase) return inherited;
  return [...inherited, ...heirsOf(module, holder.node).flatMap(own)];
}

/** Whether `name` of the object that an expression gives is an object by its initialiser. */
export function isObjectPart(module: SourceModule, object: Node, name: string | undefined): boolean {
  const holder = holderOf(module, object);
  if (!holder?.isStatic || name === undefined) return false;
  const value = memberNamed(holder.node, name, true);
  return /^(Object|Array|New)Expression$/.test((value && unwrap(value).type) ?? '');
}

/** What a member of a class or an object literal is called, with the `#` of a private one. */
export function memberNameOf(member: Node | undefined): string | undefined {
  if (
    member?.type !== 'Property' &&
    member?.type !== 'MethodDefinition' &&
    member?.type !== 'PropertyDefinition'
  )
    return undefined;
  return member.key.type === 'PrivateIdentifier' ? `#${member.key.name}` : propertyName(member);
}

export function memberNamed(holder: Holder['node'], name: string, isStatic: boolean): Node | undefined {
  if (holder.type === 'ObjectExpression') {
    for (const property of holder.properties)
      if (property.type === 'Property' && propertyName(property) === name) return unwrap(property.value);
    return undefined;
  }
  for (const member of holder.body.body) {
    if (member.type !== 'MethodDefinition' && member.type !== 'PropertyDefinition') continue;
    if (member.value?.type === 'TSEmptyBodyFunctionExpression') continue; // an overload
    if (memberNameOf(member) === name && member.static === isStatic) return member.value ?? undefined;
  }
  return undefined;
}

/** The name of the member that an access asks for, with the `#` of a private one. */
export function askedName(member: Node): string | undefined {
  const name = memberName(member);
  if (member.type !== 'MemberExpression' || member.property.type !== 'PrivateIdentifier') return name;
  return `#${name}`;
}
