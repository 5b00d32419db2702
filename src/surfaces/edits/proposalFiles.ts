import * as vscode from 'vscode';
import { withLineEndingsOf } from './lineEndings';

/** Marks the bytes as UTF-8 whatever encoding the person has set for files: no character is lost in between. */
const BYTE_ORDER_MARK = '\ufeff';

interface ProposalFile {
  /** What we put there. */
  readonly shown: string;
  readonly text: string;
  readonly size: number;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
  readonly isEditable: boolean;
}

/** A text the person saved into one of the files. */
export interface SavedProposal {
  readonly uri: vscode.Uri;
  readonly text: string;
}

/** Proposed texts as files of a scheme of their own, in memory: the editor can edit and save them like any file. */
export class ProposalFiles implements vscode.FileSystemProvider, vscode.Disposable {
  private readonly files = new Map<string, ProposalFile>();
  private readonly changes = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  private readonly saves = new vscode.EventEmitter<SavedProposal>();
  private readonly registration: vscode.Disposable;
  private count = 0;
  readonly onDidChangeFile = this.changes.event;
  readonly onDidSave = this.saves.event;

  constructor(private readonly scheme: string) {
    this.registration = vscode.workspace.registerFileSystemProvider(scheme, this, { isCaseSensitive: true });
  }

  /** A new file, named like `like` and never like another one. */
  create(like: vscode.Uri, text: string, isEditable: boolean): vscode.Uri {
    this.count += 1;
    const uri = like.with({ scheme: this.scheme, query: String(this.count) });
    this.put(uri, text, text, isEditable);
    return uri;
  }

  /** Puts another text into a file; an editor that shows it follows, unless it has unsaved text. */
  update(uri: vscode.Uri, text: string): void {
    const file = this.find(uri);
    if (file.text === text) {
      this.put(uri, text, text, file.isEditable);
      return;
    }
    this.put(uri, text, text, file.isEditable);
    this.changes.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }

  has(uri: vscode.Uri): boolean {
    return this.files.has(uri.toString());
  }

  /** The text of the file and, where it was edited, not saved. `isEdited`: it is not what we put there any more. */
  read(uri: vscode.Uri): { readonly text: string; readonly isEdited: boolean } {
    const file = this.find(uri);
    const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri.toString());
    const text = document?.isDirty ? withLineEndingsOf(file.shown, document.getText()) : file.text;
    return { text, isEdited: text !== file.shown };
  }

  remove(uri: vscode.Uri): void {
    this.files.delete(uri.toString());
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    const file = this.find(uri);
    return {
      type: vscode.FileType.File,
      ctime: file.createdAtMs,
      mtime: file.modifiedAtMs,
      size: file.size,
      ...(file.isEditable ? {} : { permissions: vscode.FilePermission.Readonly }),
    };
  }

  readFile(uri: vscode.Uri): Uint8Array {
    return Buffer.from(BYTE_ORDER_MARK + this.find(uri).text);
  }

  writeFile(uri: vscode.Uri, content: Uint8Array): void {
    const file = this.files.get(uri.toString());
    if (!file) {
      throw vscode.FileSystemError.Unavailable(
        vscode.l10n.t('Codex no longer waits for this change. Copy your text if you need it.'),
      );
    }
    if (!file.isEditable) throw vscode.FileSystemError.NoPermissions(uri);
    // A decoder leaves the byte order mark out.
    const text = withLineEndingsOf(file.shown, new TextDecoder().decode(content));
    this.put(uri, file.shown, text, true);
    this.saves.fire({ uri, text });
  }

  watch(): vscode.Disposable {
    // Every change is announced, whoever watches.
    return new vscode.Disposable(() => undefined);
  }

  readDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  createDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  dispose(): void {
    this.registration.dispose();
    this.changes.dispose();
    this.saves.dispose();
  }

  private put(uri: vscode.Uri, shown: string, text: string, isEditable: boolean): void {
    const before = this.files.get(uri.toString());
    const now = Date.now();
    this.files.set(uri.toString(), {
      shown,
      text,
      isEditable,
      size: Buffer.byteLength(BYTE_ORDER_MARK + text),
      createdAtMs: before?.createdAtMs ?? now,
      // The editor tells versions apart by time and size: two of one millisecond must differ.
      modifiedAtMs: Math.max(now, (before?.modifiedAtMs ?? 0) + 1),
    });
  }

  private find(uri: vscode.Uri): ProposalFile {
    const file = this.files.get(uri.toString());
    if (!file) throw vscode.FileSystemError.FileNotFound(uri);
    return file;
  }
}
