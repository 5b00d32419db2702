import { SwitchyardError } from '../base/errors';
import type { ServerState } from '../transport/appServer';

/** The version of the codex that runs (`0.169.0`), from the `userAgent` of its handshake; `undefined` while none does. */
export function runtimeVersion(state: ServerState): string | undefined {
  if (state.kind !== 'ready') return undefined;
  return /\/(\d+\.\d+\.\d+)/.exec(state.info.userAgent)?.[1];
}

/**
 * Checks, before anything is sent, that the codex that runs is at least `minimum` (`a.b.c`).
 *
 * @throws SwitchyardError `codexTooOld` when it is older, does not run, or does not tell a version (0.0.0: a checkout).
 */
export function requireVersion(state: ServerState, feature: string, minimum: string): void {
  const version = runtimeVersion(state);
  if (version !== undefined && isAtLeast(version, minimum)) return;
  const found = version === undefined ? 'its version is not known' : `this is ${version}`;
  throw new SwitchyardError('codexTooOld', `${feature} needs codex ${minimum} or newer; ${found}.`);
}

function isAtLeast(version: string, minimum: string): boolean {
  const wanted = minimum.split('.').map(Number);
  const parts = version.split('.').map(Number);
  for (const [index, part] of parts.entries()) {
    const difference = part - (wanted[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
