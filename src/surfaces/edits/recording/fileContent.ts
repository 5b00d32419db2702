/**
 * A file's content in memory. `text`: `null` when it is not text or too large. `bytes`: only where they are not `text`
 * in UTF-8; with neither, the content was not read. `mode`: its permissions, `null` when not known.
 */
export interface FileContent {
  readonly text: string | null;
  readonly bytes: Uint8Array | null;
  readonly mode: number | null;
}

/** A file at one moment. `missing`: there was none. `unknown`: nobody looked in time. */
export type FileState = 'missing' | 'unknown' | FileContent;

/** The text of a state: `null` when there is no file, `undefined` when it has no text or is not known. */
export function textOf(state: FileState): string | null | undefined {
  if (state === 'missing') return null;
  return state === 'unknown' ? undefined : (state.text ?? undefined);
}

/** Whether two states are known to be the same. A mode that is not known is no difference. */
export function isSame(a: FileState, b: FileState): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b && a !== 'unknown';
  const isSameMode = a.mode === b.mode || a.mode === null || b.mode === null;
  return isSameMode && isSameContent(a, b);
}

function isSameContent(a: FileContent, b: FileContent): boolean {
  if (a.text !== null && b.text !== null)
    return a.text === b.text && (!a.bytes || !b.bytes || areEqual(a.bytes, b.bytes));
  return a.bytes !== null && b.bytes !== null && areEqual(a.bytes, b.bytes);
}

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

const MAX_BYTES = 64 * 1024 * 1024;
/** What an entry without content counts. */
const ENTRY_BYTES = 100;

/**
 * What lies on the disk as far as we know, per path: the state before the next change. Those noted longest ago are
 * forgotten beyond a total size.
 */
export class KnownFiles {
  private readonly states = new Map<string, FileState>();
  private size = 0;

  constructor(private readonly maxBytes = MAX_BYTES) {}

  get paths(): Iterable<string> {
    return this.states.keys();
  }

  get(path: string): FileState | undefined {
    return this.states.get(path);
  }

  set(path: string, state: FileState): void {
    this.delete(path);
    if (state === 'unknown') return;
    this.states.set(path, state);
    this.size += sizeOf(state);
    for (const oldest of this.states.keys()) {
      if (this.size <= this.maxBytes || oldest === path) return;
      this.delete(oldest);
    }
  }

  /** Notes another text; exact bytes are kept only when it is the same as before. */
  setText(path: string, text: string | null): void {
    const known = this.states.get(path);
    const content = known === undefined || typeof known === 'string' ? undefined : known;
    if (text === null) this.set(path, 'missing');
    else if (content?.text !== text) this.set(path, { text, bytes: null, mode: content?.mode ?? null });
  }

  delete(path: string): void {
    const state = this.states.get(path);
    if (state === undefined) return;
    this.size -= sizeOf(state);
    this.states.delete(path);
  }
}

function sizeOf(state: FileState): number {
  if (typeof state === 'string') return ENTRY_BYTES;
  return ENTRY_BYTES + 2 * (state.text?.length ?? 0) + (state.bytes?.length ?? 0);
}
