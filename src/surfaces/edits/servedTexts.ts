import { minimalEdits } from '../../conversation/edits/textEdits';

/** What Codex was last given of a file. */
export interface ServedText {
  readonly text: string;
  /** Set when `text` is what lies on the disk: then the file can be written byte by byte. */
  readonly onDisk?: {
    /** Whether it has to be: a document would change more of it, or does not know it as it is. */
    readonly isExact: boolean;
    /** The editor's name of the encoding; UTF-8 unless given. */
    readonly encoding?: string;
  };
}

interface Entry extends ServedText {
  /** How many writes are still to come that were made from this text. */
  readonly awaited: number;
}

const MAX_CHARACTERS = 64 * 1024 * 1024;
const MAX_TEXTS_PER_FILE = 4;

/**
 * Remembers what was served of each file: the last text, and those from which a write is still to come. Two
 * conversations may have read different texts before either writes; the base of a write is the one that it was made
 * from, else it would revert what happened in between. Forgets the files served longest ago beyond a total size.
 */
export class ServedTexts {
  /** Per file oldest first; all but the newest are awaited. */
  private readonly files = new Map<string, readonly Entry[]>();
  private characters = 0;

  constructor(private readonly maxCharacters = MAX_CHARACTERS) {}

  latest(key: string): ServedText | undefined {
    return this.files.get(key)?.at(-1);
  }

  /** Notes that `served` was given to Codex; `isForWrite`: a write made from it is to come. */
  add(key: string, served: ServedText, isForWrite: boolean): void {
    const entries = this.files.get(key) ?? [];
    const awaited = (entries.find(({ text }) => text === served.text)?.awaited ?? 0) + (isForWrite ? 1 : 0);
    const others = entries.filter((entry) => entry.text !== served.text && entry.awaited > 0);
    this.put(key, [...others.slice(1 - MAX_TEXTS_PER_FILE), { ...served, awaited }]);
  }

  /** The text that `next` was made from: of those from which a write is to come, the one that differs least. */
  baseOf(key: string, next: string): ServedText | undefined {
    const entries = this.files.get(key) ?? [];
    const awaited = entries.filter((entry) => entry.awaited > 0).reverse();
    if (awaited.length <= 1) return awaited[0] ?? entries.at(-1);
    const distances = awaited.map((entry) => ({ entry, distance: distance(entry.text, next) }));
    return distances.reduce((best, other) => (other.distance < best.distance ? other : best)).entry;
  }

  /** Notes that the write made from `base` has come. */
  spend(key: string, base: ServedText): void {
    const entries = this.files.get(key) ?? [];
    this.put(
      key,
      entries.map((entry) =>
        entry.text === base.text ? { ...entry, awaited: Math.max(0, entry.awaited - 1) } : entry,
      ),
    );
  }

  /** Notes that no write of this file is to come. */
  settle(key: string): void {
    this.put(
      key,
      (this.files.get(key) ?? []).slice(-1).map((entry) => ({ ...entry, awaited: 0 })),
    );
  }

  /** The file was moved. */
  move(from: string, to: string): void {
    const entries = this.files.get(from) ?? [];
    this.delete(from);
    this.put(to, entries);
  }

  delete(key: string): void {
    for (const { text } of this.files.get(key) ?? []) this.characters -= text.length;
    this.files.delete(key);
  }

  private put(key: string, entries: readonly Entry[]): void {
    this.delete(key);
    const kept = entries.filter(({ awaited }, index) => awaited > 0 || index === entries.length - 1);
    if (kept.length === 0) return;
    this.files.set(key, kept);
    for (const { text } of kept) this.characters += text.length;
    for (const oldest of this.files.keys()) {
      if (this.characters <= this.maxCharacters || oldest === key) return;
      this.delete(oldest);
    }
  }
}

function distance(base: string, next: string): number {
  return minimalEdits(base, next).reduce((sum, { start, end, newText }) => sum + end - start + newText.length, 0);
}
