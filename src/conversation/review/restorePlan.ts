import { applyOffsetEdits, mergeEdits } from '../edits/textEdits';
import type { FileStep } from './changeLedger';
import type { Snapshot } from './snapshot';

/**
 * What to do to one file.
 * - `clean`: it is as the change left it. `unchanged`: it is as it was before the change already.
 * - `merged`: it was changed since, elsewhere; `text` has those changes as well.
 * - `conflict`: it was changed since in a way that taking back would destroy. The step says how, should the person want it.
 * - `unknown`: what was there before is not known any more.
 */
export interface RestoreStep {
  readonly path: string;
  readonly status: 'clean' | 'merged' | 'conflict' | 'unknown' | 'unchanged';
  /** With `movedFrom` set: the file at `path` goes back there, with this text. */
  readonly action: 'write' | 'create' | 'delete' | 'none';
  /** The text to write; `null`: only the bytes are known, or there is nothing to write. */
  readonly text: string | null;
  /** Hash of the exact bytes to write, as far as known. */
  readonly bytes: string | null;
  readonly mode: number | null;
  /** The live text that the step was made for, to be compared again before writing; `null`: no text file. */
  readonly expected: string | null;
  /** The same for a file that is no text: the hash of its bytes. */
  readonly expectedBytes?: string | null;
  readonly movedFrom: string | null;
}

/** The files as they are now, and what was stored of them. */
export interface RestoreWorld {
  /** The live text; `null`: no file; `undefined`: not a text. */
  text(path: string): Promise<string | null | undefined>;
  /** Of the bytes on disk; `null`: no file. */
  bytesHash(path: string): Promise<string | null>;
  /** `undefined`: it is gone. */
  blobText(hash: string): Promise<string | undefined>;
}

type Known = Exclude<Snapshot, string>;
/** What was found: the status, and the text to write where it is not the one of before. */
type Finding = Pick<RestoreStep, 'status'> & { readonly text?: string };

/** Plans how to take `changes` back, each on its own; nothing is written. The steps are in the order of the changes. */
export async function planRestore(changes: readonly FileStep[], world: RestoreWorld): Promise<RestoreStep[]> {
  const vacated = new Set(changes.map(({ path }) => path));
  return Promise.all(changes.map((change) => planOne(change, world, vacated)));
}

/** @param vacated paths from which the plan takes what is there now. */
async function planOne(change: FileStep, world: RestoreWorld, vacated: ReadonlySet<string>): Promise<RestoreStep> {
  const { path, before, after, movedFrom } = change;
  const live = await world.text(path);
  const expected =
    live === undefined ? { expected: null, expectedBytes: await world.bytesHash(path) } : { expected: live };
  const step = { path, text: null, bytes: null, mode: null, ...expected, movedFrom };
  if (before === 'unknown') return { ...step, status: 'unknown', action: 'none' };
  if (before === 'missing') return { ...step, ...(await planRemoval(path, after, live, world)) };

  const text = before.text === null ? null : await world.blobText(before.text);
  const isGone = text === undefined || (text === null && before.bytes === null);
  if (isGone) return { ...step, status: 'unknown', action: 'none' };
  const found =
    text === null
      ? await findBytes(path, before, after, world)
      : await findText({ path, before, after, text, live }, world);
  if (found.status === 'unchanged' && movedFrom === null) return { ...step, status: 'unchanged', action: 'none' };
  const isTaken = movedFrom !== null && !vacated.has(movedFrom) && (await world.text(movedFrom)) !== null;
  const moved = found.text === undefined ? 'clean' : 'merged';
  const status = isTaken ? 'conflict' : found.status === 'unchanged' ? moved : found.status;
  return {
    ...step,
    status,
    action: live === null ? 'create' : 'write',
    text: found.text ?? text,
    bytes: status === 'merged' ? null : before.bytes,
    mode: before.mode,
  };
}

async function planRemoval(
  path: string,
  after: Snapshot,
  live: string | null | undefined,
  world: RestoreWorld,
): Promise<Pick<RestoreStep, 'status' | 'action'>> {
  if (live === null) return { status: 'unchanged', action: 'none' };
  return { status: (await isAs(after, path, live, world)) ? 'clean' : 'conflict', action: 'delete' };
}

async function findBytes(path: string, before: Known, after: Snapshot, world: RestoreWorld): Promise<Finding> {
  const hash = await world.bytesHash(path);
  if (hash === before.bytes) return { status: 'unchanged' };
  const isClean = after === 'missing' ? hash === null : after !== 'unknown' && hash !== null && hash === after.bytes;
  return { status: isClean ? 'clean' : 'conflict' };
}

async function findText(
  file: { path: string; before: Known; after: Snapshot; text: string; live: string | null | undefined },
  world: RestoreWorld,
): Promise<Finding> {
  const { path, before, after, text, live } = file;
  if (live === text && !differsOtherwise(before, after)) return { status: 'unchanged' };
  if (await isAs(after, path, live, world)) return { status: 'clean' };
  if (live === text) return { status: 'unchanged' };
  const base = typeof after === 'string' || after.text === null ? undefined : await world.blobText(after.text);
  if (base === undefined || typeof live !== 'string') return { status: 'conflict' };
  const { edits, conflicts } = mergeEdits(base, text, live);
  if (conflicts.length > 0) return { status: 'conflict' };
  const status = edits.length === 0 ? 'unchanged' : 'merged';
  return { status, text: applyOffsetEdits(live, edits) };
}

/** Whether the change left the text as it was and touched only its encoding or its file mode. */
function differsOtherwise(before: Known, after: Snapshot): boolean {
  if (typeof after === 'string' || after.text !== before.text) return false;
  return after.bytes !== before.bytes || after.mode !== before.mode;
}

/** Whether the file is as this snapshot. */
async function isAs(
  snapshot: Snapshot,
  path: string,
  live: string | null | undefined,
  world: RestoreWorld,
): Promise<boolean> {
  if (snapshot === 'unknown') return false;
  if (snapshot === 'missing') return live === null;
  if (snapshot.text !== null) return typeof live === 'string' && live === (await world.blobText(snapshot.text));
  return snapshot.bytes !== null && snapshot.bytes === (await world.bytesHash(path));
}
