import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { isInside } from '../isInside';

const MAX_FILES = 50_000;

/**
 * The names of the files that are there, so that a new file can be told from one that was replaced: taking a new file
 * back means deleting it, so it must be certain. Listed once, then kept up by events.
 */
export class FileInventory {
  private readonly files = new Set<string>();
  private readonly listed = new Set<string>();
  private isFull = false;

  constructor(private readonly maxFiles = MAX_FILES) {}

  /**
   * Lists a workspace folder, unless it was listed before.
   *
   * @param isIgnored which files and folders are left out.
   */
  async list(root: string, isIgnored: (file: string) => Promise<boolean>): Promise<void> {
    if (this.listed.has(root)) return;
    const folders = [root];
    for (let folder = folders.pop(); folder !== undefined && !this.isFull; folder = folders.pop()) {
      for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
        const file = path.join(folder, entry.name);
        if (!entry.isDirectory()) this.add(file);
        else if (!(await isIgnored(file))) folders.push(file);
      }
    }
    if (!this.isFull) this.listed.add(root);
  }

  /** Whether it is certain that there was no such file. */
  isNew(file: string): boolean {
    return !this.files.has(file) && [...this.listed].some((root) => isInside(file, root));
  }

  /** Whether it is known as a file, not as a folder. */
  has(file: string): boolean {
    return this.files.has(file);
  }

  /** The files that were in a folder, or deeper. */
  filesIn(folder: string): string[] {
    return [...this.files].filter((file) => isInside(file, folder));
  }

  add(file: string): void {
    if (this.files.size < this.maxFiles) this.files.add(file);
    else this.giveUp();
  }

  delete(file: string): void {
    this.files.delete(file);
  }

  /** Too many to know them all: then nothing is certain any more. */
  private giveUp(): void {
    this.isFull = true;
    this.listed.clear();
    this.files.clear();
  }
}
