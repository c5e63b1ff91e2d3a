const option = /^--(?:import|require)(?:=(.*))?$|^-r$/s;
const typeScript = /\.[cm]?tsx?$/;

/**
 * Node's options for a thread. Without preloaded TypeScript, for which a thread has no loader yet; of what it loads
 * later, it takes what its tasks need.
 */
export function optionsForThreads(options: readonly string[] = process.execArgv): string[] {
  const kept: string[] = [];
  for (let index = 0; index < options.length; index++) {
    const argument = options[index] ?? ''; // in bounds
    const match = option.exec(argument);
    if (!match) {
      kept.push(argument);
      continue;
    }
    const parts = match[1] === undefined ? [argument, options[++index] ?? ''] : [argument];
    if (!typeScript.test(match[1] ?? parts[1] ?? '')) kept.push(...parts);
  }
  return kept;
}
