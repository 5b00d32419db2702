import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';

/** How to start a child. `env` is the whole environment. */
export interface LaunchOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env: NodeJS.ProcessEnv;
}

const TERMINATE_AFTER_MS = 1_000;
const KILL_AFTER_MS = 2_000;

/** Starts a child in a process group of its own, so that whatever it started can be ended with it. */
export function launch({ command, args, cwd, env }: LaunchOptions): ChildProcessWithoutNullStreams {
  const child = spawn(command, [...args], { cwd, env, detached: process.platform !== 'win32', windowsHide: true });
  // Without a listener a broken pipe would end the extension host.
  child.stdin.on('error', () => undefined);
  return child;
}

/**
 * Ends a child: closes its stdin (codex app-server then exits within 0.1 s), then TERM, then KILL for the whole
 * group. Resolves when it has exited.
 */
export async function endChild(child: ChildProcessWithoutNullStreams): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = new Promise<void>((resolve) =>
    child.once('exit', () => {
      resolve();
    }),
  );
  child.stdin.end();
  const terminate = setTimeout(() => {
    signalGroup(child, 'SIGTERM');
  }, TERMINATE_AFTER_MS);
  const kill = setTimeout(() => {
    signalGroup(child, 'SIGKILL');
  }, KILL_AFTER_MS);
  await exited;
  clearTimeout(terminate);
  clearTimeout(kill);
}

/** Sends a signal to the child's group; a group that is already gone is fine. */
export function signalGroup(child: ChildProcessWithoutNullStreams, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    child.kill(signal);
  }
}
