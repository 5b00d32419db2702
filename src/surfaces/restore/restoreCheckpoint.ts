import * as vscode from 'vscode';
import { messageOf, SwitchyardError } from '../../base/errors';
import type { Logger } from '../../base/logger';
import type { RestoreStep } from '../../conversation/review/restorePlan';
import type { FileRestorer } from '../edits/fileRestorer';
import { messagesFrom, partsOf, type RestoreParts } from './checkpointParts';
import { type Restorable, stopFirst, tellAgent } from './restorable';
import { say } from './restoreDialogs';
import type { RestoreFiles } from './restoreFiles';
import { type RestoreResult, sortSteps } from './restoreRun';
import { countOfFiles, reportOf } from './restoreTexts';
import { type DiffSides, showDiffs, type SnapshotDocuments } from './snapshotDocuments';

export interface RestoreCheckpointOptions {
  readonly files: RestoreFiles;
  readonly restorer: Pick<FileRestorer, 'currentText'>;
  readonly snapshots: SnapshotDocuments;
  /** The message that the conversation went back before, for its composer. */
  readonly putBack: (conversation: Restorable, text: string) => void;
  /** Takes it out again, once the turn is back that it began. */
  readonly takeOut: (conversation: Restorable, text: string) => void;
  /** The conversation goes on in a copy of its thread: so does what stands in its composer. */
  readonly continueAs: (from: string, to: string) => void;
  readonly logger: Logger;
}

interface Choice extends vscode.QuickPickItem {
  readonly parts: RestoreParts;
}

interface Checkpoint {
  readonly threadId: string;
  readonly turnId: string;
  readonly turnIds: readonly string[];
  readonly files: number;
  readonly messages: number;
}

/** What the last restore of a conversation did, to redo it. */
interface Done {
  readonly turnIds: readonly string[];
  readonly parts: RestoreParts;
  /** The message that went back into the composer. */
  readonly message?: string;
}

/** Takes a conversation, the files it changed, or both, back to before one of its messages. */
export class RestoreCheckpoint {
  private readonly last = new WeakMap<Restorable, Done>();

  constructor(private readonly options: RestoreCheckpointOptions) {}

  /** Lets the person choose the message to go back before, or to take the last restore back. */
  async choose(conversation: Restorable): Promise<void> {
    const messages = messagesFrom(conversation.view.turns).map(({ turnId, text }) => ({ label: text, turnId }));
    const canRedo = this.lastOf(conversation) !== undefined;
    if (messages.length === 0 && !canRedo) {
      void vscode.window.showInformationMessage(vscode.l10n.t('There is no message to go back to yet.'));
      return;
    }
    const redo = { label: vscode.l10n.t('$(redo) Redo What Was Taken Back Last'), turnId: undefined };
    const placeHolder = vscode.l10n.t('Go back to before which message?');
    const items = [...messages.reverse(), ...(canRedo ? [redo] : [])];
    const chosen = await vscode.window.showQuickPick<{ label: string; turnId: string | undefined }>(items, {
      placeHolder,
    });
    if (chosen?.turnId !== undefined) await this.restore(conversation, chosen.turnId);
    else if (chosen) await this.redo(conversation);
  }

  /** Asks what to restore, with a preview, and does it. Escape does nothing. */
  async restore(conversation: Restorable, turnId: string): Promise<void> {
    const { threadId } = conversation.view;
    if (threadId === null) return;
    const checkpoint = await this.checkpointAt(conversation, threadId, turnId);
    const parts = await this.ask(checkpoint, partsOf(checkpoint), false);
    if (parts === undefined || !(await stopFirst(conversation))) return;
    // A turn that ran has changed files since.
    await this.carryOut(conversation, await this.checkpointAt(conversation, threadId, turnId), parts);
  }

  /**
   * Goes back to before a message that is then sent anew, and asks where more than that is taken back.
   *
   * @param sendAnew is called once the conversation was taken back; where it is not, the person knows why.
   */
  async goBack(conversation: Restorable, turnId: string, sendAnew: () => void): Promise<void> {
    const { threadId, turns } = conversation.view;
    if (threadId === null || !turns.some(({ id }) => id === turnId)) {
      throw new SwitchyardError('notFound', vscode.l10n.t('This message is no longer part of the conversation.'));
    }
    const checkpoint = await this.checkpointAt(conversation, threadId, turnId);
    const choices = partsOf(checkpoint).filter((parts) => parts.conversation);
    const nothingElse = checkpoint.files === 0 && checkpoint.messages <= 1;
    const parts = nothingElse ? choices[0] : await this.ask(checkpoint, choices, true);
    if (parts === undefined || !(await stopFirst(conversation))) return;
    const now = await this.checkpointAt(conversation, threadId, turnId);
    await this.carryOut(conversation, now, parts, sendAnew);
  }

  /** Takes the last restore of the conversation back. */
  async redo(conversation: Restorable): Promise<void> {
    const { threadId } = conversation.view;
    const done = this.lastOf(conversation);
    if (!done || threadId === null) {
      void vscode.window.showInformationMessage(vscode.l10n.t('There is nothing to redo in this conversation.'));
      return;
    }
    if (!(await stopFirst(conversation))) return;
    this.last.delete(conversation);
    const copy = done.parts.conversation ? await this.bringBack(conversation) : undefined;
    if (copy && done.message !== undefined) this.options.takeOut(conversation, done.message);
    const result = done.parts.files ? await this.options.files.redo(copy?.to ?? threadId, done.turnIds) : NOTHING;
    const left: RestoreParts = {
      files: result === undefined,
      conversation: done.parts.conversation && !copy && conversation.canRedoRevert,
    };
    const canRedo = left.files || left.conversation;
    if (canRedo) this.last.set(conversation, { ...done, parts: left });
    const report = result && reportOf(result, 'redo');
    const sentences = [
      ...(done.parts.files && report ? [report.message] : []),
      ...(copy ? [vscode.l10n.t('The conversation is as it was.')] : []),
      ...(done.parts.conversation && !copy ? [vscode.l10n.t('The conversation could not be brought back.')] : []),
    ];
    const isWhole = report?.isWhole !== false && done.parts.conversation === (copy !== undefined);
    if (sentences.length > 0) {
      say(
        { message: sentences.join(' '), isWhole },
        canRedo ? this.redoButton(conversation) : undefined,
        this.options.logger,
      );
    }
    if (!copy && result) await tellAgent(conversation, result, 'The user made earlier changes again in:');
  }

  private redoButton(conversation: Restorable) {
    return { label: vscode.l10n.t('Redo'), run: () => this.redo(conversation) };
  }

  /** After a reload of the window, or when a single turn was taken back, only the files are known of. */
  private lastOf(conversation: Restorable): Done | undefined {
    const { threadId } = conversation.view;
    const known = this.last.get(conversation);
    const turnIds = known || threadId === null ? undefined : this.options.files.lastTurnIds(threadId);
    return known ?? (turnIds && { turnIds, parts: { files: true, conversation: false } });
  }

  /** The conversation goes on in a copy of its thread. `undefined`: it could not be brought back. */
  private async bringBack(
    conversation: Restorable,
  ): Promise<Awaited<ReturnType<Restorable['redoRevert']>> | undefined> {
    try {
      return await conversation.redoRevert(({ from, to }) => {
        this.options.files.continueAs(from, to);
        this.options.continueAs(from, to);
      });
    } catch (error) {
      this.options.logger.error(`The conversation was not brought back: ${messageOf(error)}`);
      return undefined;
    }
  }

  private async checkpointAt({ view }: Restorable, threadId: string, turnId: string): Promise<Checkpoint> {
    const ids = view.turns.map(({ id }) => id);
    const later = ids.includes(turnId) ? ids.slice(ids.indexOf(turnId)) : [turnId];
    const { turnIds, files } = await this.options.files.from(threadId, later);
    return { threadId, turnId, turnIds, files: files.length, messages: messagesFrom(view.turns, turnId).length };
  }

  /** `sendAnew`: sends the message; nothing goes back into the composer then, and only what went wrong is said. */
  private async carryOut(
    conversation: Restorable,
    checkpoint: Checkpoint,
    parts: RestoreParts,
    sendAnew?: () => void,
  ): Promise<void> {
    const isEdit = sendAnew !== undefined;
    const { threadId, turnId, turnIds } = checkpoint;
    const startedAtMs = conversation.view.turns.find(({ id }) => id === turnIds[0])?.startedAtMs ?? null;
    const result = parts.files ? await this.options.files.takeBack(threadId, turnIds, startedAtMs) : NOTHING;
    if (result === undefined) return;
    const goOn = (): void => {
      // Goes with the next message, whichever that is.
      if (!parts.files && checkpoint.files > 0) void conversation.tellAgent(FILES_WERE_LEFT);
      sendAnew?.();
    };
    const text = parts.conversation ? await this.revert(conversation, turnId, goOn) : undefined;
    const reverted = text !== undefined;
    if (reverted && !isEdit) this.options.putBack(conversation, text);
    const done: RestoreParts = { files: result.files.length > 0, conversation: reverted };
    if (!isEdit && (done.files || done.conversation)) {
      this.last.set(conversation, { turnIds, parts: done, ...(reverted && { message: text }) });
    }
    const report = reportOf(result, 'undo');
    const sentences = [
      ...(parts.files ? [report.message] : []),
      ...(reverted ? [vscode.l10n.t('The conversation goes on from before that message.')] : []),
      ...(parts.conversation && !reverted ? [vscode.l10n.t('The conversation could not be taken back.')] : []),
    ];
    const isWhole = report.isWhole && reverted === parts.conversation;
    const message = sentences.join(' ');
    const canRedo = !isEdit && (done.files || done.conversation);
    if (!isEdit || !isWhole)
      say({ message, isWhole }, canRedo ? this.redoButton(conversation) : undefined, this.options.logger);
    if (!reverted) await tellAgent(conversation, result, 'The user took back the changes of earlier turns in:');
  }

  /** Gives the message that is not in the conversation any more; `undefined`: the conversation could not be taken back. */
  private async revert(conversation: Restorable, turnId: string, goOn: () => void): Promise<string | undefined> {
    try {
      return await conversation.revertBefore(turnId, goOn);
    } catch (error) {
      this.options.logger.error(`The conversation was not taken back: ${messageOf(error)}`);
      return undefined;
    }
  }

  /** `undefined`: the person wants nothing of it. */
  private async ask(
    checkpoint: Checkpoint,
    choices: readonly RestoreParts[],
    isEdit: boolean,
  ): Promise<RestoreParts | undefined> {
    const picker = vscode.window.createQuickPick<Choice>();
    const preview: vscode.QuickInputButton = {
      iconPath: new vscode.ThemeIcon('diff-multiple'),
      tooltip: vscode.l10n.t('Preview'),
    };
    picker.title = isEdit ? vscode.l10n.t('Send in Place') : vscode.l10n.t('Restore to Before This Message');
    picker.placeholder = isEdit
      ? vscode.l10n.t('What should be taken back before the message is sent? Nothing is changed before you choose.')
      : vscode.l10n.t('What should be taken back? Nothing is changed before you choose.');
    // A preview opens behind the list.
    picker.ignoreFocusOut = true;
    picker.buttons = checkpoint.files > 0 ? [preview] : [];
    picker.items = choices.map((parts) => choiceOf(parts, checkpoint, isEdit));
    const subscriptions = [picker, picker.onDidTriggerButton(() => void this.preview(checkpoint))];
    try {
      return await new Promise<RestoreParts | undefined>((resolve) => {
        picker.onDidAccept(() => {
          resolve(picker.selectedItems[0]?.parts);
        });
        picker.onDidHide(() => {
          resolve(undefined);
        });
        picker.show();
      });
    } finally {
      for (const subscription of subscriptions) subscription.dispose();
    }
  }

  /** Shows the files as they are ↔ as they would be. */
  private async preview({ threadId, turnIds }: Checkpoint): Promise<void> {
    const steps = await this.options.files.planOf(threadId, turnIds);
    if (steps === undefined) return;
    const { ready, conflicts, unknown } = sortSteps(steps);
    const shown = [...ready, ...conflicts];
    const title = vscode.l10n.t('Preview: Before This Message');
    const hidden = (await showDiffs(title, shown, (step) => this.sidesOf(step))) + unknown.length;
    if (hidden === 0) return;
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Not in the preview, because there is no text to show: {0}.', countOfFiles(hidden)),
    );
  }

  private async sidesOf(step: RestoreStep): Promise<DiffSides | undefined> {
    const live = await this.options.restorer.currentText(step.path);
    const { text } = step;
    if (live === undefined || (step.action !== 'delete' && text === null)) return undefined;
    const path = step.movedFrom ?? step.path;
    const isRemoval = step.action === 'delete' || text === null;
    const right = isRemoval ? undefined : this.options.snapshots.add(path, () => Promise.resolve(text));
    return { path, left: live === null ? undefined : vscode.Uri.file(step.path), right };
  }
}

const NOTHING: RestoreResult = {
  files: [],
  merged: [],
  kept: [],
  unknown: [],
  refused: [],
  unchanged: [],
  left: [],
};

const FILES_WERE_LEFT =
  'The user went back to an earlier point of the conversation, but kept the files as they are: changes that this ' +
  'conversation no longer shows are still in them. Read files again before you change them.';

function choiceOf(parts: RestoreParts, { files, messages }: Checkpoint, isEdit: boolean): Choice {
  const ofFiles = vscode.l10n.t('takes back Codex’s changes in {0}', countOfFiles(files));
  const ofMessages = isEdit
    ? messages === 1
      ? vscode.l10n.t('sends the message anew')
      : vscode.l10n.t('removes {0} messages and sends the first anew', messages)
    : messages === 1
      ? vscode.l10n.t('puts the message back into the composer')
      : vscode.l10n.t('removes {0} messages and puts the first back into the composer', messages);
  if (parts.files && parts.conversation) {
    return {
      parts,
      label: vscode.l10n.t('Files and Conversation'),
      detail: vscode.l10n.t('{0}; {1}', ofFiles, ofMessages),
    };
  }
  if (parts.files) {
    return {
      parts,
      label: vscode.l10n.t('Files Only'),
      detail: vscode.l10n.t('{0}; the conversation stays', ofFiles),
    };
  }
  return {
    parts,
    label: vscode.l10n.t('Conversation Only'),
    detail: vscode.l10n.t('{0}; files stay as they are', ofMessages),
  };
}
