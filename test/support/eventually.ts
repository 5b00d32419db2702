import { vi } from 'vitest';

/** How long tests wait for what has to come: as long as a slow machine that does something else may need. */
export const PATIENCE_MS = 30_000;

/** Tries until `attempt` does not throw, and gives what it gives. A test that fails this way failed for good. */
export function eventually<T>(attempt: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(attempt, { timeout: PATIENCE_MS, interval: 20 });
}
