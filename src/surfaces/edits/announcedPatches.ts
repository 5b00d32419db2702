import * as vscode from 'vscode';
import { type Disposable, DisposableStore, toDisposable } from '../../base/disposable';

/** A file of a patch that the server announced (`item/started`), with the path it is moved to, if it is. */
export interface AnnouncedFile {
  readonly path: string;
  readonly moveTo?: string;
}

/** In larger patches closed files are written byte by byte: through documents it takes fifteen times as long. */
const MAX_FILES_THROUGH_DOCUMENTS = 20;

/** What is known of patches before their files are written: calls for files do not say which patch they belong to. */
export class AnnouncedPatches {
  private readonly sources = new Map<string, vscode.Uri>();
  private readonly movedAway = new Set<string>();
  private readonly bulk = new Set<string>();

  /** Announces a move until it is disposed. */
  expectMove(from: string, to: string): Disposable {
    const source = vscode.Uri.file(from);
    const target = vscode.Uri.file(to).toString();
    this.sources.set(target, source);
    return toDisposable(() => {
      if (this.sources.get(target) === source) this.sources.delete(target);
      this.movedAway.delete(source.toString());
    });
  }

  /** Announces a patch until it is disposed. */
  expectPatch(files: readonly AnnouncedFile[]): Disposable {
    const store = new DisposableStore();
    for (const { path, moveTo } of files) if (moveTo !== undefined) store.add(this.expectMove(path, moveTo));
    if (files.length <= MAX_FILES_THROUGH_DOCUMENTS) return store;
    for (const { path, moveTo } of files) {
      const key = vscode.Uri.file(moveTo ?? path).toString();
      this.bulk.add(key);
      store.add(toDisposable(() => this.bulk.delete(key)));
    }
    return store;
  }

  /** The file that is to move to `target`. */
  sourceOf(target: vscode.Uri): vscode.Uri | undefined {
    return this.sources.get(target.toString());
  }

  /** Whether `uri` belongs to a large patch. */
  isBulk(uri: vscode.Uri): boolean {
    return this.bulk.has(uri.toString());
  }

  /** Whether `uri` was renamed by us; the server still asks for it, and removes it in the end. */
  isMovedAway(uri: vscode.Uri): boolean {
    return this.movedAway.has(uri.toString());
  }

  setMovedAway(uri: vscode.Uri, isAway: boolean): void {
    if (isAway) this.movedAway.add(uri.toString());
    else this.movedAway.delete(uri.toString());
  }
}
