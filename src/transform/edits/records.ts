import type { ThreadLocation } from '../../reflection/declare.js';
import type { Analysis } from '../analysis.js';
import type { Subject } from '../tasks/subjects.js';
import { kindOf } from '../tasks/thread-location.js';
import type { Token } from '../types/type-values.js';
import type { BundledFile, SliceReference } from './bundled-file.js';

type Captures = Extract<ThreadLocation, { captures: readonly string[] }>;

/** Writes the records of a file, and the imports that they need. */
export class Records {
  readonly #analysis: Analysis;
  readonly #module: string;
  readonly #bundle: BundledFile | undefined;
  readonly #slices = new Map<string, SliceReference | undefined>();
  readonly #namespaces = new Map<string, string>();
  readonly #typeImports = new Map<string, string>();
  /** Functions of the top level for what has another meaning where a record stands. */
  readonly #hidden = new Map<string, string>();
  /** What the added code uses of the run time. */
  readonly #used = new Set<'declare' | 'declared' | 'derived' | 'located'>();

  /**
   * @param url the expression that gives the module's URL
   * @param bundle where the file becomes part of a bundle
   */
  constructor(analysis: Analysis, url: string, bundle?: BundledFile) {
    this.#analysis = analysis;
    this.#module = bundle ? JSON.stringify(bundle.module) : url;
    this.#bundle = bundle;
  }

  /** The beginning of a call that declares what follows; {@link closing} ends it. */
  opening(): string {
    this.#used.add('declare');
    return `${this.#analysis.prefix}_declare(`;
  }

  /** The decorator that declares the method it stands before. */
  decorator(subject: Subject, typed: boolean): string {
    this.#used.add('declared');
    return `@${this.#analysis.prefix}_declared(${this.#record(subject, typed)})`;
  }

  /** @param typed whether the types' run-time values are part of the record */
  closing(subject: Subject, typed: boolean): string {
    const mayLoseName = subject.placement.at === 'around' && subject.node.id === null;
    return `, ${this.#record(subject, typed)}${mayLoseName ? ', true' : ''})`;
  }

  #record(subject: Subject, typed: boolean): string {
    const parameters = subject.parameters?.map(({ token: _, ...parameter }) => parameter);
    const tokens = typed ? (subject.parameters ?? []).map(({ token }) => this.#expression(token)) : [];
    const thread = this.#thread(subject);
    const fields = [
      `name: ${JSON.stringify(subject.name)}`,
      `kind: '${kindOf(subject)}'`,
      `module: ${this.#module}`,
      `line: ${this.#analysis.module.lineOf(subject.node)}`,
      parameters && `parameters: ${JSON.stringify(parameters)}`,
      `tokens: () => [${tokens.join(', ')}]`,
      thread && `thread: ${thread}`,
    ];
    return `{ ${fields.filter((field) => field !== undefined).join(', ')} }`;
  }

  #thread(subject: Subject): string | undefined {
    const thread = this.#analysis.threadOf(subject);
    if (!thread || !this.#bundle) return thread && JSON.stringify(thread);
    if ('captures' in thread) return this.#captures(thread, subject.task && this.#analysis.asksForCopies);
    if ('back' in thread) return JSON.stringify(thread);
    // A slice for each function that might be a task would double the bundle.
    return subject.task ? this.#inSlice(thread.export) : undefined;
  }

  #captures({ captures, copy }: Captures, mayBeCopied: boolean): string {
    const names = `captures: ${JSON.stringify(captures)}`;
    const slice = mayBeCopied && copy !== undefined ? this.#sliceOf('copies') : undefined;
    return slice ? `{ ${names}, copy: ${JSON.stringify(copy)}, copiesIn: ${slice.url} }` : `{ ${names} }`;
  }

  #inSlice(name: string): string | undefined {
    const slice = this.#sliceOf('slice');
    return slice && `{ export: ${JSON.stringify(name)}, module: ${slice.url} }`;
  }

  #sliceOf(kind: 'slice' | 'copies'): SliceReference | undefined {
    if (!this.#slices.has(kind))
      this.#slices.set(kind, this.#bundle?.slice?.(`${this.#analysis.prefix}_${kind}`, kind === 'copies'));
    return this.#slices.get(kind);
  }

  /** Says of functions that other modules declare that they are known, and where a bundle has those that are tasks. */
  importedFunctions(): string {
    return this.#analysis.importedFunctions
      .map(({ source, task, export: name }) => {
        this.#used.add('located');
        const location = task ? this.#inSlice(name) : undefined;
        return `${this.#analysis.prefix}_located(() => ${source}${location ? `, ${location}` : ''});`;
      })
      .join(' ');
  }

  /** Declarations that must come before all records. */
  declarations(): string[] {
    const hidden = [...this.#hidden].map(([value, local]) => `function ${local}() { return ${value}; }`);
    const types = [...this.#typeImports].map(([key, local]) => {
      const [specifier, name] = key.split('\0').map((part) => JSON.stringify(part));
      return `const ${local} = new ${this.#analysis.prefix}_type(${specifier}, ${name}, () => import(${specifier}));`;
    });
    return [...hidden, ...types];
  }

  /** The imports, which may stand anywhere: at the end they leave lines and the order of evaluation alone. */
  imports(runtime: string): string {
    const { prefix } = this.#analysis;
    const names = [
      ...[...this.#used].map((name) => `${name} as ${prefix}_${name}`),
      ...(this.#typeImports.size > 0 ? [`TypeImport as ${prefix}_type`] : []),
    ];
    const lines = [...this.#namespaces].map(
      ([specifier, local]) => `import * as ${local} from ${JSON.stringify(specifier)};\n`,
    );
    for (const slice of this.#slices.values()) if (slice?.import) lines.push(slice.import);
    if (names.length > 0) lines.unshift(`import { ${names.join(', ')} } from ${JSON.stringify(runtime)};\n`);
    return lines.join('');
  }

  #expression(token: Token | undefined): string {
    switch (token?.kind) {
      case 'local':
        return token.hidden
          ? `${nameFor(this.#hidden, localValue(token.path), `${this.#analysis.prefix}_h`)}()`
          : localValue(token.path);
      case 'global':
        return `globalThis${memberPath(token.path)}`;
      case 'imported': {
        const namespace = nameFor(this.#namespaces, token.specifier, `${this.#analysis.prefix}_ns`);
        const value = `${namespace}${memberPath(token.path)}`;
        if (!this.#bundle?.asksFirst) return value;
        return `(${JSON.stringify(token.path[0])} in ${namespace} ? ${value} : void 0)`;
      }
      case 'lazy':
        return nameFor(this.#typeImports, `${token.specifier}\0${token.name}`, `${this.#analysis.prefix}_t`);
      case 'derived':
        this.#used.add('derived');
        return `${this.#analysis.prefix}_derived('${token.derivation}', ${this.#expression(token.of)})`;
      case undefined:
        return 'void 0';
    }
  }
}

function nameFor(names: Map<string, string>, key: string, prefix: string): string {
  const known = names.get(key) ?? `${prefix}${names.size}`;
  names.set(key, known);
  return known;
}

/** Some namespaces have only types, and so no value. */
function localValue(path: readonly string[]): string {
  const [first = '', ...rest] = path;
  return rest.length === 0
    ? first
    : `(typeof ${first} === 'undefined' ? void 0 : ${first}${memberPath(rest)})`;
}

function memberPath([first, ...rest]: readonly string[]): string {
  const member = (name: string) => (/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? name : undefined);
  const head = first === undefined ? '' : member(first) ? `.${first}` : `[${JSON.stringify(first)}]`;
  return head + rest.map((name) => `?.${member(name) ?? `[${JSON.stringify(name)}]`}`).join('');
}
