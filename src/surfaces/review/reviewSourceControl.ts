import path from 'node:path';
import * as vscode from 'vscode';
import { type Disposable, DisposableStore, toDisposable } from '../../base/disposable';
import type { Logger } from '../../base/logger';
import type { Review, TrackedFile } from '../../conversation/review/review';
import { onDidChangeSetting, setting } from '../host/settings';
import { onDidOpenRepository } from './gitRepositories';
import { baselineUri } from './reviewUris';

const ID = 'switchyard';
/** A patch of a thousand files changes the review a thousand times: the view follows this often at most. */
const PAUSE_MS = 50;
/** The view is given all of its rows each time, so the more there are, the longer it waits for the next change. */
const FILES_PER_MS = 10;

/** The source control of one folder of the workspace. */
interface FolderControl extends Disposable {
  readonly show: (files: readonly TrackedFile[]) => void;
}

/**
 * The unreviewed files in the Source Control view, and their marks and peek in the editor (quick diff). A source control
 * exists only while there is something to review in its folder: an empty one would leave its row behind. The editor
 * shows the peek of the source control first that was made last, so ours is made anew when Git opens a repository.
 */
export class ReviewSourceControl implements Disposable {
  private readonly store = new DisposableStore();
  private readonly controls = new Map<string, FolderControl>();
  /** Counts disposals, after which the editor must be given other URIs. */
  private generation = 1;
  /** How many files were shown last. */
  private rows = 0;
  private pending: NodeJS.Timeout | undefined;
  private git: Disposable | undefined;

  constructor(
    private readonly review: Review,
    private readonly logger: Logger,
  ) {
    this.store.add(toDisposable(() => this.clear()));
    this.store.add(toDisposable(() => this.git?.dispose()));
    this.store.add(toDisposable(() => clearTimeout(this.pending)));
    this.store.add(review.onDidChange(() => this.updateSoon()));
    this.store.add(onDidChangeSetting('edits.review', () => this.update()));
    this.store.add(vscode.workspace.onDidChangeWorkspaceFolders(() => this.restart()));
    this.update();
  }

  dispose(): void {
    this.store.dispose();
  }

  /** What the editor compares `uri` with; `undefined` for a file without anything to review. */
  original(uri: vscode.Uri): vscode.Uri | undefined {
    if (uri.scheme !== 'file') return undefined;
    const file = this.review.get(uri.fsPath);
    return file && !file.gap ? baselineUri(file, this.generation) : undefined;
  }

  private updateSoon(): void {
    this.pending ??= setTimeout(() => this.update(), Math.max(PAUSE_MS, this.rows / FILES_PER_MS));
  }

  private update(): void {
    clearTimeout(this.pending);
    this.pending = undefined;
    const { files } = this.review;
    this.rows = files.length;
    const folders = setting('edits.review') === 'inEditor' ? byFolder(files) : new Map<string, never>();
    for (const [key, control] of this.controls) {
      if (folders.has(key)) continue;
      this.controls.delete(key);
      this.drop(control);
    }
    if (folders.size > 0) this.git ??= onDidOpenRepository(() => this.restart(), this.logger);
    for (const [key, files] of folders) this.controlOf(key).show(files);
  }

  private controlOf(key: string): FolderControl {
    const known = this.controls.get(key);
    if (known) return known;
    const control = createControl(key, (uri) => (folderKey(uri) === key ? this.original(uri) : undefined));
    this.controls.set(key, control);
    return control;
  }

  /** Makes every source control anew, with new baselines. */
  private restart(): void {
    this.clear();
    this.update();
  }

  private clear(): void {
    for (const control of this.controls.values()) this.drop(control);
    this.controls.clear();
  }

  private drop(control: FolderControl): void {
    this.generation++;
    control.dispose();
  }
}

function byFolder(files: readonly TrackedFile[]): Map<string, TrackedFile[]> {
  const folders = new Map<string, TrackedFile[]>();
  for (const file of files) {
    const key = folderKey(vscode.Uri.file(file.path));
    const inFolder = folders.get(key);
    if (inFolder) inFolder.push(file);
    else folders.set(key, [file]);
  }
  return folders;
}

/** The URI of the workspace folder that a file is in; empty outside of all. */
function folderKey(uri: vscode.Uri): string {
  return vscode.workspace.getWorkspaceFolder(uri)?.uri.toString() ?? '';
}

function createControl(folder: string, original: (uri: vscode.Uri) => vscode.Uri | undefined): FolderControl {
  const control = vscode.scm.createSourceControl(
    ID,
    vscode.l10n.t('Switchyard'),
    folder === '' ? undefined : vscode.Uri.parse(folder),
  );
  control.inputBox.visible = false;
  // Not added to the badge: what is unreviewed is not uncommitted a second time.
  control.count = 0;
  control.quickDiffProvider = { provideOriginalResource: original };
  const changes = control.createResourceGroup('changes', vscode.l10n.t('Unreviewed changes'));
  const commands = control.createResourceGroup('commands', vscode.l10n.t('Changed by commands'));
  let shown = '';
  return {
    show: (files) => {
      const next = files.map(stateKey).join('\n');
      if (next === shown) return;
      shown = next;
      for (const [group, gap] of [[changes, false] as const, [commands, true] as const]) {
        group.hideWhenEmpty = true;
        // Setting them is also what makes the editor ask for originals again.
        group.resourceStates = files.filter((file) => file.gap === gap).map(resourceState);
      }
    },
    dispose: () => {
      control.dispose();
    },
  };
}

/** What of a file is seen in its row, or tells that the editor has to ask for its original again. */
function stateKey(file: TrackedFile): string {
  return [file.path, file.round, file.gap, file.baseline === null, file.current === null, file.movedFrom].join('\0');
}

function resourceState(file: TrackedFile): vscode.SourceControlResourceState {
  const resourceUri = vscode.Uri.file(file.path);
  return {
    resourceUri,
    contextValue: file.gap ? 'gap' : 'file',
    decorations: {
      tooltip: tooltipOf(file),
      strikeThrough: file.current === null && !file.gap,
      iconPath: new vscode.ThemeIcon(iconOf(file)),
    },
    command: { command: 'switchyard.edits.open', title: vscode.l10n.t('Open Changes'), arguments: [resourceUri] },
  };
}

function tooltipOf({ gap, baseline, current, movedFrom }: TrackedFile): string {
  if (gap) return vscode.l10n.t('Changed by a command; its earlier text is not known');
  if (movedFrom !== null) return vscode.l10n.t('Moved by Codex from {0}', path.basename(movedFrom));
  if (baseline === null) return vscode.l10n.t('Created by Codex');
  return current === null ? vscode.l10n.t('Deleted by Codex') : vscode.l10n.t('Changed by Codex');
}

function iconOf({ gap, baseline, current, movedFrom }: TrackedFile): string {
  if (gap) return 'question';
  if (movedFrom !== null) return 'diff-renamed';
  if (baseline === null) return 'diff-added';
  return current === null ? 'diff-removed' : 'diff-modified';
}
