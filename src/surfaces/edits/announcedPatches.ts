import * as vscode from 'vscode';
import { type Disposable, DisposableStore, toDisposable } from '../../base/disposable';
import { fileKey } from './fileKey';
import { MAX_FILES_THROUGH_EDITOR } from './manyFiles';

/** A file of a patch that the server announced (`item/started`), with the path it is moved to, if it is. */
export interface AnnouncedFile {
  readonly path: string;
  readonly moveTo?: string;
}

/** What is known of patches before their files are written: calls for files do not say which patch they belong to. */
export class AnnouncedPatches {
  private readonly sources = new Map<string, vscode.Uri>();
  private readonly movedAway = new Set<string>();
  private readonly bulk = new Set<string>();
  /** How many patches that have not ended name a file. */
  private readonly named = new Map<string, number>();

  /** `onDidSettle` is called with the key of a file when the last patch that names it has ended. */
  constructor(private readonly onDidSettle: (key: string) => void) {}

  /** Announces a move until it is disposed. */
  expectMove(from: string, to: string): Disposable {
    const source = vscode.Uri.file(from);
    const target = keyOf(to);
    this.sources.set(target, source);
    return toDisposable(() => {
      if (this.sources.get(target) === source) this.sources.delete(target);
      this.movedAway.delete(fileKey(source));
    });
  }

  /** Announces a patch until it is disposed. */
  expectPatch(files: readonly AnnouncedFile[]): Disposable {
    const store = new DisposableStore();
    for (const { path, moveTo } of files) {
      store.add(this.name(keyOf(path)));
      if (moveTo === undefined) continue;
      store.add(this.name(keyOf(moveTo)));
      store.add(this.expectMove(path, moveTo));
    }
    if (files.length <= MAX_FILES_THROUGH_EDITOR) return store;
    for (const { path, moveTo } of files) {
      const key = keyOf(moveTo ?? path);
      this.bulk.add(key);
      store.add(toDisposable(() => this.bulk.delete(key)));
    }
    return store;
  }

  /** The file that is to move to `target`. */
  sourceOf(target: vscode.Uri): vscode.Uri | undefined {
    return this.sources.get(fileKey(target));
  }

  /** Whether `uri` belongs to a large patch. */
  isBulk(uri: vscode.Uri): boolean {
    return this.bulk.has(fileKey(uri));
  }

  /** Whether `uri` was renamed by us; the server still asks for it, and removes it in the end. */
  isMovedAway(uri: vscode.Uri): boolean {
    return this.movedAway.has(fileKey(uri));
  }

  setMovedAway(uri: vscode.Uri, isAway: boolean): void {
    if (isAway) this.movedAway.add(fileKey(uri));
    else this.movedAway.delete(fileKey(uri));
  }

  private name(key: string): Disposable {
    this.named.set(key, (this.named.get(key) ?? 0) + 1);
    return toDisposable(() => {
      const left = (this.named.get(key) ?? 1) - 1;
      if (left > 0) {
        this.named.set(key, left);
        return;
      }
      this.named.delete(key);
      this.onDidSettle(key);
    });
  }
}

function keyOf(file: string): string {
  return fileKey(vscode.Uri.file(file));
}
