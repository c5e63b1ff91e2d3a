import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const mark = Symbol.for('offstage.required');
const exportsOf = new Map<string, unknown>();

/**
 * What Deno requires of packages, JSON or addons, loaded without any hook: by a hook's result it would take JSON and
 * addons for JavaScript, and find nothing that a required ES module imports.
 *
 * @returns what a `load` hook gives; `undefined` for what is the program's own
 */
export function loadRequired(url: string, conditions: readonly string[]) {
  if (!conditions.includes('require') || !/\/node_modules\/|\.(json|node)$/.test(url)) return undefined;
  const file = fileURLToPath(url);
  delete require.cache[file]; // it is there, and empty
  exportsOf.set(url, require(file)); // a hook itself is not hooked
  Object.assign(globalThis, { [mark]: exportsOf });
  const source = `module.exports = globalThis[Symbol.for('${mark.description}')].get(${JSON.stringify(url)});`;
  return { format: 'commonjs', source, shortCircuit: true };
}
