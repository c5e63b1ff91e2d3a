/** Options of Node with a module to preload, or with a condition by which packages are resolved. */
const option = /^(?:--(import|require|conditions)(?:=(.*))?|-[rC])$/s;
const mark = Symbol.for('offstage.register');
const typeScript = /\.[cm]?tsx?$/;

/**
 * Node's options for a thread, if those of the process will not do: a thread has no loader yet for preloaded
 * TypeScript, and a file that takes no `--input-type`. Of what it loads later, it takes what its tasks need.
 */
export function optionsForThreads(): string[] | undefined {
  const options = process.execArgv;
  const kept: string[] = [];
  let unfit = false;
  for (let index = 0; index < options.length; index++) {
    const argument = options[index] ?? ''; // in bounds
    const match = option.exec(argument);
    if (!match) {
      if (argument.startsWith('--input-type')) unfit = true;
      continue; // others may be for the whole process, which Node refuses for a thread
    }
    const parts = match[2] === undefined ? [argument, options[++index] ?? ''] : [argument];
    if (typeScript.test(match[2] ?? parts[1] ?? '')) unfit = true;
    else kept.push(...parts);
  }
  return unfit ? kept : undefined;
}

/** What the loader says of itself if it is installed here: then it is on the threads that this one starts. */
export function compilerOfThisThread(): string | undefined {
  return (globalThis as { [mark]?: string })[mark];
}
