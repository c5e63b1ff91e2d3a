import { spawn } from 'node:child_process';

const register = import.meta.resolve('../transform/register.js');

const forwarded: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'];
/** A terminal sends these to each process in front of it, so to the program, too. */
const sentByTerminals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGHUP', 'SIGQUIT'];

/** Runs `node --import offstage/register`, and ends as it does: with its exit code, or by its signal. */
export function run(args: readonly string[]): void {
  const child = spawn(process.execPath, ['--import', register, ...args], { stdio: 'inherit' });
  for (const signal of forwarded) {
    process.on(signal, () => {
      if (!(process.stdin.isTTY && sentByTerminals.includes(signal))) child.kill(signal);
    });
  }
  child.on('error', (error) => {
    console.error(error);
    process.exit(2);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 0);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
