import type { Node } from 'oxc-parser';
import type { Analysis } from '../analysis.js';
import { isClass } from '../source/syntax.js';
import { onlyDeclares } from '../state/purity.js';
import type { Unit } from '../state/top-level.js';
import { isInjectable, type Subject } from '../tasks/subjects.js';
import { threadLocalClasses } from '../tasks/thread-local-classes.js';
import { ChangingStatements } from './changing-statements.js';

/** Why a worker thread loads a module. */
export interface SlicePurpose {
  /** Loaded for its tasks; otherwise some other module imports it. */
  readonly tasksOnly: boolean;
  /** The module with which the main thread began: its top level runs there and nowhere else. */
  readonly entry: boolean;
  /** With the tasks that see a copy of what the module changes; in a bundle, with these alone. */
  readonly copies?: boolean;
  /** In a bundle a slice has no more tasks than are added in its own file. */
  readonly bundle?: unknown;
}

/** What a slice consists of. */
interface SliceParts {
  readonly whole: boolean;
  readonly units: ReadonlySet<Unit>;
  /** Inner functions that become declarations of the top level. */
  readonly lifted: readonly Subject[];
  /** Functions of the top level that get an export for the worker. */
  readonly exported: readonly Subject[];
  /** What is declared, in its place or where it is lifted to. */
  readonly subjects: readonly Subject[];
  readonly inPlace: (subject: Subject) => boolean;
  /** Whether the slice needs the run-time types of a subject: the worker injects into it, or makes it. */
  readonly typed: (subject: Subject) => boolean;
}

export function selectParts(analysis: Analysis, purpose: SlicePurpose): SliceParts {
  const { topLevel, module } = analysis;
  const whole = analysis.whole && !purpose.entry;
  const tasks = analysis.subjects.filter((subject) => {
    const thread = analysis.threadOf(subject);
    if (purpose.bundle && (!purpose.tasksOnly || !subject.task)) return false;
    if (!thread || 'back' in thread) return false;
    if (purpose.bundle && purpose.copies && !('captures' in thread)) return false;
    return 'captures' in thread ? purpose.copies === true && thread.copy !== undefined : true;
  });
  const exported = tasks.filter((subject) => subject.topLevel && subject.placement.at !== 'around');
  const lifted = tasks.filter((subject) => !exported.includes(subject));

  const roots = new Set<Unit>(whole ? topLevel.units : rootsOf(analysis, purpose, exported));
  const use = (name: string) => {
    for (const unit of topLevel.unitsOf(name)) roots.add(unit);
  };
  for (const { node } of lifted)
    for (const { name, binding } of module.referencesIn(node)) if (binding?.scope.isTopLevel) use(name);

  let units = topLevel.closure(roots);
  const isIn = (node: Node) => {
    const unit = topLevel.unitAt(node);
    return unit !== undefined && units.has(unit);
  };
  const inPlace = (subject: Subject) => isIn(subject.node);
  const liftedNodes = new Set<Node>(lifted.map(({ node }) => node));
  const isLifted = (node: Node, but?: Node) => {
    for (let at: Node | undefined = node; at; at = module.parentOf(at))
      if (at !== but && liftedNodes.has(at)) return true;
    return false;
  };
  const isKept = (subject: Subject) => inPlace(subject) || isLifted(subject.node);
  const typed = (subject: Subject) => {
    if (isClass(subject.node) || subject.placement.at === 'decorator') return true;
    return subject.askedAt.some((place) => isIn(place) || isLifted(place, subject.node));
  };
  // Another module's state is as its statements leave it; the task's own stays on the main thread.
  const changing = whole || purpose.tasksOnly || purpose.entry ? undefined : new ChangingStatements(analysis);
  // The types of a kept class may need further classes, whose own constructors need more.
  for (let size = -1; size !== roots.size; ) {
    size = roots.size;
    for (const subject of analysis.subjects) {
      if (!isKept(subject) || !typed(subject)) continue;
      for (const { token } of subject.parameters ?? []) {
        const type = token?.kind === 'derived' ? token.of : token;
        if (type?.kind === 'local' && type.path[0] !== undefined) use(type.path[0]);
      }
    }
    for (const statement of changing?.of(units) ?? []) roots.add(statement);
    units = topLevel.closure(roots);
  }
  // As in the rest of the bundle.
  const declared = purpose.bundle ? analysis.subjects.filter(isInjectable) : analysis.subjects;
  const subjects = declared.filter(isKept);
  return { whole, units, lifted, exported, subjects, inPlace, typed };
}

function rootsOf(analysis: Analysis, purpose: SlicePurpose, tasks: readonly Subject[]): Unit[] {
  const { topLevel, module } = analysis;
  const wanted = [...threadLocalClasses(module), ...tasks.map(({ node }) => node)];
  const unitsOfWanted = new Set(wanted.map((node) => topLevel.unitAt(node)));
  return topLevel.units.filter((unit) => {
    if (unitsOfWanted.has(unit)) return true;
    if (purpose.tasksOnly || !unit.exported) return false;
    return !purpose.entry || [...topLevel.closure([unit])].every((used) => onlyDeclares(module, used));
  });
}
