import * as vscode from 'vscode';
import type { Logger } from '../../base/logger';
import type { ChangeLedger, TurnFile } from '../../conversation/review/changeLedger';
import type { Snapshot } from '../../conversation/review/snapshot';
import type { FileRestorer } from '../edits/fileRestorer';
import type { BlobStore } from '../edits/recording/blobStore';
import { messagesFrom } from './checkpointParts';
import { type Restorable, stopFirst, tellAgent } from './restorable';
import { say } from './restoreDialogs';
import type { RestoreFiles } from './restoreFiles';
import type { RestoreResult } from './restoreRun';
import { countOfFiles, reportOf } from './restoreTexts';
import { type DiffSides, showDiffs, type SnapshotDocuments } from './snapshotDocuments';

export interface TurnChangesOptions {
  readonly ledger: ChangeLedger;
  readonly blobs: Pick<BlobStore, 'text' | 'hashOf'>;
  readonly restorer: Pick<FileRestorer, 'currentText'>;
  readonly files: RestoreFiles;
  readonly snapshots: SnapshotDocuments;
  /** The conversation of a thread, when it is open. */
  readonly conversation: (threadId: string) => Restorable | undefined;
  readonly logger: Logger;
}

/** What one turn did to the files: shows it, takes it back, and makes it again. */
export class TurnChanges {
  constructor(private readonly options: TurnChangesOptions) {}

  /** Shows what a turn of the conversation changed; the person chooses which, where there are several. */
  async choose(conversation: Restorable): Promise<void> {
    const { threadId, turns } = conversation.view;
    const changed = new Set(threadId === null ? [] : this.options.ledger.turns(threadId).map(({ turnId }) => turnId));
    const items = messagesFrom(turns)
      .filter(({ turnId }) => changed.has(turnId))
      .map(({ turnId, text }) => ({ label: text, turnId }));
    const [only] = items;
    if (threadId === null || only === undefined) {
      void vscode.window.showInformationMessage(vscode.l10n.t('This conversation has changed no files yet.'));
      return;
    }
    const placeHolder = vscode.l10n.t('Show the changes of which turn?');
    const chosen = items.length === 1 ? only : await vscode.window.showQuickPick(items.reverse(), { placeHolder });
    if (chosen) await this.openDiff(threadId, chosen.turnId);
  }

  /** Shows before ↔ after of all files in one editor; after is the file itself where nobody has changed it since. */
  async openDiff(threadId: string, turnId: string): Promise<void> {
    const turn = this.options.ledger.turn(threadId, turnId);
    if (!turn || turn.files.length === 0) {
      void vscode.window.showInformationMessage(vscode.l10n.t('This turn changed no files.'));
      return;
    }
    const hidden = await showDiffs(vscode.l10n.t('Changes of This Turn'), turn.files, (file) => this.sidesOf(file));
    if (hidden === 0) return;
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Not shown, because there is no text to compare: {0}.', countOfFiles(hidden)),
    );
  }

  /** Takes the turn back. `undefined` when the person cancelled. */
  async undo(threadId: string, turnId: string): Promise<RestoreResult | undefined> {
    const { files, logger } = this.options;
    const conversation = this.options.conversation(threadId);
    if (conversation && !(await stopFirst(conversation))) return undefined;
    const startedAtMs = conversation?.view.turns.find(({ id }) => id === turnId)?.startedAtMs ?? null;
    const result = await files.takeBack(threadId, [turnId], startedAtMs);
    if (result === undefined) return undefined;
    const redo = { label: vscode.l10n.t('Redo'), run: () => this.redo(threadId, turnId) };
    say(reportOf(result, 'undo'), result.files.length > 0 ? redo : undefined, logger);
    if (conversation)
      await tellAgent(conversation, result, 'The user took back the changes of an earlier turn in these files:');
    return result;
  }

  /** Makes the turn's changes again. `undefined` when the person cancelled. */
  async redo(threadId: string, turnId: string): Promise<RestoreResult | undefined> {
    const { files, logger } = this.options;
    const conversation = this.options.conversation(threadId);
    if (conversation && !(await stopFirst(conversation))) return undefined;
    const result = await files.redo(threadId, [turnId]);
    if (result === undefined) return undefined;
    say(reportOf(result, 'redo'), undefined, logger);
    if (conversation)
      await tellAgent(conversation, result, 'The user made the changes of an earlier turn again in these files:');
    return result;
  }

  private async sidesOf({ path, before, after, movedFrom }: TurnFile): Promise<DiffSides | undefined> {
    const [left, right] = await Promise.all([this.sideOf(movedFrom ?? path, before), this.currentSideOf(path, after)]);
    return left === undefined || right === undefined ? undefined : { path, left: left.uri, right: right.uri };
  }

  /** `undefined`: it cannot be shown. */
  private async sideOf(path: string, snapshot: Snapshot): Promise<Side | undefined> {
    if (snapshot === 'missing') return { uri: undefined };
    if (snapshot === 'unknown' || snapshot.text === null) return undefined;
    const { text } = snapshot;
    return { uri: this.options.snapshots.add(path, () => this.options.blobs.text(text)) };
  }

  private async currentSideOf(path: string, after: Snapshot): Promise<Side | undefined> {
    const side = await this.sideOf(path, after);
    if (typeof after === 'string') return side;
    const live = await this.options.restorer.currentText(path);
    const isLive = typeof live === 'string' && this.options.blobs.hashOf(live) === after.text;
    return isLive ? { uri: vscode.Uri.file(path) } : side;
  }
}

/** One side of a diff; without a URI there is no file. */
interface Side {
  readonly uri: vscode.Uri | undefined;
}
