import type { ThreadLocation } from '../../reflection/declare.js';
import type { Reference } from '../source/scopes.js';
import type { SourceModule } from '../source/source-module.js';
import { isClass, memberName, propertyName, unwrap } from '../source/syntax.js';
import type { ModuleState } from '../state/module-state.js';
import { startsEmpty } from '../state/starts-empty.js';
import type { TopLevel, Unit } from '../state/top-level.js';
import type { Subject } from './subjects.js';

/** `async`, `generator` or `sync`, as the source says it. */
export function kindOf(subject: Subject): 'sync' | 'async' | 'generator' | 'class' {
  const { node } = subject;
  if (isClass(node)) return 'class';
  if (node.generator) return 'generator';
  return node.async ? 'async' : 'sync';
}

/** Whether a variable of the top level holds it, or the default export. */
function isNamed({ topLevel, placement }: Subject): boolean {
  return topLevel && placement.at !== 'around';
}

/** Finds out, for each function, how a worker thread can have it. */
export class ThreadLocations {
  readonly #module: SourceModule;
  readonly #topLevel: TopLevel;
  readonly #state: ModuleState;
  readonly #whole: boolean;
  readonly #exportNames: ReadonlyMap<Subject, string>;
  /** What reaches no state: most do not, and are reached from many others. */
  readonly #stateless = new Set<Unit>();

  constructor(
    module: SourceModule,
    topLevel: TopLevel,
    state: ModuleState,
    subjects: readonly Subject[],
    options: { whole: boolean; prefix: string },
  ) {
    this.#module = module;
    this.#topLevel = topLevel;
    this.#state = state;
    this.#whole = options.whole;
    // By their order in the source, so that every thread counts the same.
    this.#exportNames = new Map(
      subjects.map((subject, index) => {
        // Two functions may have one name, but no two variables of the top level.
        const name = isNamed(subject) ? `_${subject.reference ?? subject.name}` : `$${index}`;
        return [subject, `${options.prefix}${name}`];
      }),
    );
  }

  locate(subject: Subject): ThreadLocation | undefined {
    const { node } = subject;
    const kind = kindOf(subject);
    if (kind === 'async' && isNamed(subject)) return { back: this.#exportNames.get(subject) ?? '' };
    if (isClass(node) || kind !== 'sync' || this.#isFactory(subject)) return undefined;
    if (subject.placement.at === 'decorator') return undefined; // a method runs on its object
    const captures = new Set(this.#module.capturesOf(node));
    const inner = captures.size > 0;
    for (const name of this.#stateIn(this.#module.referencesIn(node))) captures.add(name);
    if (subject.reference && this.#isReassigned(subject.reference, subject)) captures.add(subject.reference);
    const name = this.#exportNames.get(subject) ?? '';
    if (captures.size > 0) return { captures: [...captures], ...(!inner && { copy: name }) };
    return { export: name, whole: this.#whole };
  }

  /** Factories make what lives on the main thread. */
  #isFactory(subject: Subject): boolean {
    const holder = this.#module.parentOf(subject.node);
    if (holder?.type === 'CallExpression') return memberName(unwrap(holder.callee)) === 'decorateProvider';
    return holder?.type === 'Property' && propertyName(holder) === 'useFactory';
  }

  #isReassigned(name: string, subject: Subject): boolean {
    const binding = subject.topLevel ? this.#module.topLevel.value(name) : undefined;
    return binding !== undefined && this.#state.isReassigned(binding);
  }

  /** Whether what fills a variable stands elsewhere: in a statement around it, or in another file. */
  #isFilledOutside(unit: Unit): boolean {
    return unit.kind === 'statement' || (unit.exported && startsEmpty(this.#module, unit));
  }

  /** The state that these references reach, through the helpers they name. */
  #stateIn(references: readonly Reference[]): Set<string> {
    const found = new Set<string>();
    const visited = new Set<Unit>();
    const visit = (uses: readonly Reference[]) => {
      for (const { name, binding } of uses) {
        if (!binding?.scope.isTopLevel || found.has(name)) continue;
        const units = this.#topLevel.unitsOf(name);
        if (units.some((unit) => this.#isFilledOutside(unit)) || this.#state.isState(binding)) {
          found.add(name);
          continue;
        }
        for (const unit of units) {
          if (visited.has(unit) || this.#stateless.has(unit)) continue;
          visited.add(unit);
          visit(unit.references);
        }
      }
    };
    visit(references);
    if (found.size === 0) for (const unit of visited) this.#stateless.add(unit);
    return found;
  }
}
