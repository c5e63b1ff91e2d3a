/** What `typeof` may say of a value that a parameter takes. */
export type Primitive = 'string' | 'number' | 'boolean' | 'bigint' | 'symbol' | 'undefined' | 'object';

/** One parameter, as the transform read it in the source. */
export interface Parameter {
  readonly name: string;
  /** The type as written, `''` where there is none. */
  readonly type: string;
  /** `p?`, a default value, or a union with `undefined`. */
  readonly optional?: boolean;
  /** A union with `null`. */
  readonly nullable?: boolean;
  readonly rest?: boolean;
  /** What `typeof` accepts, for a parameter whose type is primitive. */
  readonly primitive?: readonly Primitive[];
  /** For an imported type: where it comes from. */
  readonly from?: { readonly specifier: string; readonly name: string };
}

/** The query with which a worker thread loads the tasks of a module, and nothing else of it. */
export const tasksQuery = 'offstage-tasks';
/** Added to it: with the tasks that see a copy of what the module changes. */
export const copiesQuery = 'copies';

/** How a worker thread finds a function. */
export type ThreadLocation =
  /** `export` of the module, or of its slice. `whole`: the top level only declares, so it is loaded as it is. */
  | { readonly export: string; readonly whole: boolean }
  /** `export` of another module, which is loaded as it is: the slice in a bundle. */
  | { readonly export: string; readonly module: string }
  /**
   * It stays on the main thread: the outer bindings it would see a copy of. `copy`: its export in a slice with copies of
   * them, if they are all of the top level. `copiesIn`: that slice, in a bundle.
   */
  | { readonly captures: readonly string[]; readonly copy?: string; readonly copiesIn?: string }
  /** It is async, and so stays on the main thread: what a thread that gives it back calls it there. */
  | { readonly back: string };

/** What is known of a function or a class before it is called. */
export interface Declaration {
  readonly name: string;
  readonly kind: 'sync' | 'async' | 'generator' | 'class';
  /** The URL of the module that holds it. */
  readonly module: string;
  /** Line in the source, from 1. */
  readonly line: number;
  /** Missing for a class that inherits its constructor. */
  readonly parameters?: readonly Parameter[];
  /**
   * The run-time values of the parameters' types, `undefined` where there is none. A thunk, because a class
   * may be declared later in the file or come from a module of an import cycle.
   */
  readonly tokens: () => readonly unknown[];
  /** For sync functions, and async ones of the top level. */
  readonly thread?: ThreadLocation;
}

/**
 * A type that is imported with `import type`: its module loads when somebody needs the token. The transform writes
 * these.
 */
export class TypeImport {
  readonly specifier: string;
  readonly name: string;
  readonly #import: () => Promise<Record<string, unknown>>;
  #loading: Promise<void> | undefined;
  #loaded = false;
  #value: unknown;

  constructor(specifier: string, name: string, load: () => Promise<Record<string, unknown>>) {
    this.specifier = specifier;
    this.name = name;
    this.#import = load;
  }

  get loaded(): boolean {
    return this.#loaded;
  }

  /** The class or token, `undefined` where the name is a type without a run time. */
  get value(): unknown {
    return this.#value;
  }

  load(): Promise<void> {
    this.#loading ??= this.#import().then(
      (namespace) => {
        this.#value = memberOf(namespace, this.name);
        this.#loaded = true;
      },
      (error: unknown) => {
        // A package of types alone has nothing to load; any other failure is the program's own.
        if (!hasNoRunTime(error, this.specifier)) throw error;
        this.#loaded = true;
      },
    );
    return this.#loading;
  }
}

/** `Office`, or `company.Office` of a namespace. */
function memberOf(namespace: Record<string, unknown>, name: string): unknown {
  if (Object.hasOwn(namespace, name)) return namespace[name];
  return name.split('.').reduce<unknown>((object, key) => Object(object)[key], namespace);
}

/** How a parameter asks for the token that its type is made of: `T[]`, `Lazy<T>`, `Factory<T>`. */
export type DerivedKind = 'all' | 'lazy' | 'factory';

/** A type made of another one. */
export class DerivedType {
  readonly kind: DerivedKind;
  /** The run-time value of the other type, or a {@link TypeImport}. */
  readonly type: object;

  constructor(kind: DerivedKind, type: object) {
    this.kind = kind;
    this.type = type;
  }
}

/** Names a type made of another one, if that has a run-time value. The transform writes these calls. */
export function derived(kind: DerivedKind, type: unknown): DerivedType | undefined {
  return type === Object(type) ? new DerivedType(kind, type as object) : undefined; // just checked
}

/** Whether it is the package itself that is not there, and not something that it imports. */
function hasNoRunTime(error: unknown, specifier: string): boolean {
  if (!(error instanceof Error && 'code' in error)) return false;
  if (error.code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') return true;
  if (error.code === 'ERR_PACKAGE_IMPORT_NOT_DEFINED') return specifier.startsWith('#');
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  return error.code === 'ERR_MODULE_NOT_FOUND' && error.message.includes(`package '${name}'`);
}

interface Declarations {
  readonly byTarget: WeakMap<object, Declaration>;
  readonly classes: Map<string, object>;
  /** Functions that threads find, by module and export. */
  readonly functions: Map<string, object>;
  readonly located: WeakMap<object, ThreadLocation | undefined>;
  /** Functions of other modules, which may not have run yet. */
  readonly toLocate: Set<readonly [find: () => unknown, location?: ThreadLocation]>;
}

/**
 * On `globalThis`, so that two copies of the package in one process know the same functions. In no variable of this
 * module: where modules import each other, functions can be called, and declare others, before this module ran.
 */
function declarations(): Declarations {
  const shared = globalThis as { [slot: symbol]: Declarations | undefined };
  const slot = Symbol.for('offstage.declarations@1');
  const known = shared[slot] ?? {
    byTarget: new WeakMap(),
    classes: new Map(),
    functions: new Map(),
    located: new WeakMap(),
    toLocate: new Set(),
  };
  shared[slot] = known;
  return known;
}

/**
 * Records what the source says of a function or class. The transform writes these calls; nobody else needs to.
 *
 * @param target the function or class
 * @param said what its source says
 * @param inPlace whether the target stood in another place, and so has lost the name it would have inferred there
 * @returns the target itself, so that a call can stand where the function stood
 */
export function declare<T extends object>(target: T, said: Declaration, inPlace = false): T {
  // Its variable may have another value by now, and a decorator may have put anything in place of a class.
  if (typeof target !== 'function') return target;
  const module = withoutTsx(said.module);
  const declaration = module === said.module ? said : { ...said, module };
  const name = Object.getOwnPropertyDescriptor(target, 'name');
  if (inPlace && name?.value === '' && name.configurable)
    Object.defineProperty(target, 'name', { ...name, value: declaration.name });
  declarations().byTarget.set(target, declaration);
  if (declaration.kind === 'class')
    declarations().classes.set(exportKey(declaration.module, declaration.name), target);
  else if (declaration.thread && !('captures' in declaration.thread))
    declarations().functions.set(keyOnThreads(declaration.module, declaration.thread), target);
  return target;
}

/**
 * The URL of a module without what tsx adds to that of CommonJS on Node 20, also in its path:
 * `tasks.ts%3Ftsx-commonjs-export-preparse=1?tsx-commonjs-export-preparse=1&…`.
 */
export function withoutTsx(module: string): string {
  return module.replace(/(%3F|\?)tsx-commonjs-.*$/, '');
}

function keyOnThreads(
  module: string,
  thread: Exclude<ThreadLocation, { captures: readonly string[] }>,
): string {
  if ('back' in thread) return exportKey(module, thread.back);
  return exportKey('module' in thread ? thread.module : module, thread.export);
}

/**
 * Declares the method that it decorates. The transform writes it after the other decorators, so that it is applied
 * first: with legacy decorators and with standard ones.
 */
export function declared(declaration: Declaration) {
  return (method: unknown, _context: unknown, descriptor?: PropertyDescriptor): void => {
    const target: unknown = descriptor ? descriptor.value : method;
    if (typeof target === 'function') declare(target, declaration);
  };
}

/**
 * Says of a function that another module declares that the transform has seen it, and where a thread finds it. The
 * transform writes these calls into bundles, where a function into which nothing is injected has no record of its own.
 *
 * @param find gives the function, once its module has run
 * @param location missing where it is no task, or the bundle has nothing for threads
 */
export function located(find: () => unknown, location?: ThreadLocation): void {
  declarations().toLocate.add(location ? [find, location] : [find]);
}

/** Has a thread find a function where it finds what wraps it. */
export function locatedAs(target: object, wrapper: object): void {
  const location = locatedFunctions().get(wrapper);
  if (location) located(() => target, location);
}

/** Where a worker thread finds a function, as far as its source tells. */
export function threadLocationOf(target: object): ThreadLocation | undefined {
  const own = declarationOf(target)?.thread;
  // What uses module state stays, whoever adds it.
  return own && 'captures' in own ? own : (locatedFunctions().get(target) ?? own);
}

/** Where a thread finds a function as one that another module of a bundle imports: there with a copy of what it changes. */
export function importedLocationOf(target: object): ThreadLocation | undefined {
  return locatedFunctions().get(target);
}

/** Whether the transform has seen a function: then one without a record needs nothing injected. */
export function isSeen(target: object): boolean {
  return declarationOf(target) !== undefined || locatedFunctions().has(target);
}

function locatedFunctions() {
  const { toLocate, located, functions } = declarations();
  for (const entry of toLocate) {
    const [find, location] = entry;
    try {
      const found = find();
      if (typeof found === 'function') {
        // One file may add what another injects into.
        if (location || !located.has(found)) located.set(found, location);
        if (location && 'module' in location)
          functions.set(exportKey(location.module, location.export), found);
      }
      toLocate.delete(entry);
    } catch {
      // Its module is still running: it is asked again.
    }
  }
  return located;
}

/** What is known of a function or class, if anything. */
export function declarationOf(target: object): Declaration | undefined {
  return declarations().byTarget.get(target);
}

/** What names a class or a function of a module across threads. */
export function exportKey(module: string, name: string): string {
  return `${module}#${name}`;
}

/** What names a class across threads, if it has been declared. */
export function keyOf(type: object): string | undefined {
  const declaration = declarationOf(type);
  return declaration && exportKey(declaration.module, declaration.name);
}

/** The function that threads find under a name, in this thread. */
export function functionAt(module: string, name: string): object | undefined {
  return declarations().functions.get(exportKey(module, name));
}

/** The class that {@link exportKey} names, in this thread. */
export function classByKey(key: string): object | undefined {
  return declarations().classes.get(key);
}
