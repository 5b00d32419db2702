import type { FileStep, JoinedFile } from '../../conversation/review/changeLedger';
import { planRestore, type RestoreStep, type RestoreWorld } from '../../conversation/review/restorePlan';

/**
 * How to take back what turns did together to one file. Where somebody else changed it in between, Codex's changes are
 * taken back one by one, newest first, so that what was done in between stays; where that is impossible, it is a conflict.
 */
export async function planTurns(file: JoinedFile, world: RestoreWorld): Promise<RestoreStep | undefined> {
  const [step] = await planRestore([file], world);
  if (!step || !file.changedBetween || step.status === 'unchanged' || step.status === 'unknown') return step;
  const live = await world.text(file.path);
  const text = live === undefined ? undefined : await takeBackOneByOne(file.steps ?? [file], live, world);
  if (text === undefined) return { ...step, status: 'conflict' };
  const action = text === null ? 'delete' : live === null ? 'create' : 'write';
  return { ...step, status: 'merged', action, text, bytes: null };
}

/** The text without these changes, given oldest first; `undefined` when it cannot be told. */
async function takeBackOneByOne(
  changes: readonly FileStep[],
  live: string | null,
  world: RestoreWorld,
): Promise<string | null | undefined> {
  let text = live;
  for (const change of changes.toReversed()) {
    const here = worldWith(world, change.path, text);
    const [step] = await planRestore([change], here);
    if (step?.status !== 'clean' && step?.status !== 'merged' && step?.status !== 'unchanged') return undefined;
    if (step.status !== 'unchanged') {
      if (step.action !== 'delete' && step.text === null) return undefined;
      text = step.action === 'delete' ? null : step.text;
    }
  }
  return text;
}

function worldWith(world: RestoreWorld, path: string, text: string | null): RestoreWorld {
  return { ...world, text: (other) => (other === path ? Promise.resolve(text) : world.text(other)) };
}
