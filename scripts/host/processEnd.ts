import { rmSync } from 'node:fs';

const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;
const cleanups = new Set<() => void>();
let watching = false;

/**
 * Runs `cleanup` once: when the returned function is called, or when this process ends or is interrupted before. The
 * last registered runs first.
 */
export function onProcessEnd(cleanup: () => void): () => void {
  watchProcess();
  cleanups.add(cleanup);
  return () => {
    if (cleanups.delete(cleanup)) cleanup();
  };
}

/** Deletes a temporary folder. A process that is just ending may still write there: what it leaves is left. */
export function removeTemporary(directory: string): void {
  try {
    rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // Nobody depends on it being gone.
  }
}

function watchProcess(): void {
  if (watching) return;
  watching = true;
  process.once('exit', () => {
    for (const cleanup of [...cleanups].reverse()) cleanup();
  });
  for (const [signal, number] of Object.entries(SIGNALS)) process.once(signal, () => process.exit(128 + number));
}
