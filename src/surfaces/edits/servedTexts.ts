/** What Codex was last given of a file. */
export interface ServedText {
  readonly text: string;
  /** Set when `text` is what lies on the disk, in UTF-8: then the file can be written byte by byte. */
  readonly onDisk?: { readonly byteOrderMark: string; readonly hasMixedLineEndings: boolean };
}

const MAX_CHARACTERS = 64 * 1024 * 1024;

/** Remembers the last text per file; the ones that were served longest ago are forgotten beyond a total size. */
export class ServedTexts {
  private readonly texts = new Map<string, ServedText>();
  private characters = 0;

  constructor(private readonly maxCharacters = MAX_CHARACTERS) {}

  get(key: string): ServedText | undefined {
    return this.texts.get(key);
  }

  set(key: string, served: ServedText): void {
    this.delete(key);
    this.texts.set(key, served);
    this.characters += served.text.length;
    for (const oldest of this.texts.keys()) {
      if (this.characters <= this.maxCharacters || oldest === key) return;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    this.characters -= this.texts.get(key)?.text.length ?? 0;
    this.texts.delete(key);
  }
}
