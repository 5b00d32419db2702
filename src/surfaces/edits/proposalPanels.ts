import { type Disposable, DisposableStore } from '../../base/disposable';
import type { ApprovedFile } from '../../conversation/context';
import type { Conversation } from '../../conversation/conversation';
import type { Conversations } from '../../conversation/conversations';
import { acceptedText } from '../../conversation/edits/partialChange';
import { findItem } from '../../shared/applyDelta';
import type { EditorDocuments } from './editorDocuments';
import type { ProposalDiff } from './proposalDiff';

export interface ProposalPanelsOptions {
  readonly conversations: Conversations;
  readonly documents: Pick<EditorDocuments, 'liveText'>;
  readonly diff: ProposalDiff;
}

type HunkChoice = readonly number[] | 'all' | 'none';

/** Keeps the approval in the chat and the diff of its proposal in step: both show what will be written. */
export class ProposalPanels implements Disposable {
  private readonly store = new DisposableStore();
  /** The approvals that wait, with the conversation that asked. */
  private readonly waiting = new Map<string, Conversation>();

  constructor(private readonly options: ProposalPanelsOptions) {
    const { conversations, diff } = options;
    this.store.add(conversations.onDidChange(() => this.closeAnswered()));
    this.store.add(
      diff.onDidEdit(({ approvalId, path, text }) =>
        this.waiting.get(approvalId)?.approvals.editProposal(approvalId, path, text),
      ),
    );
  }

  /** Opens the diff of a changed file; of a proposal that waits, with a right side that can be edited. */
  async open(conversation: Conversation, turnId: string, itemId: string, path: string): Promise<void> {
    const item = findItem(conversation.view, turnId, itemId);
    const change = item?.type === 'files' ? item.changes.find((each) => each.path === path) : undefined;
    if (item?.type !== 'files' || !change) return;
    const approval = conversation.view.approvals.find((each) => each.turnId === turnId && each.itemId === itemId);
    if (!approval) {
      await this.options.diff.open(change, item.status !== 'completed');
      return;
    }
    const file = conversation.approvals.proposal(approval.id)?.find((each) => each.path === path);
    const choiceText = file && (await this.chosenText(file));
    await this.options.diff.open(change, true, { approvalId: approval.id, ...(choiceText && { choiceText }) });
  }

  async choose(conversation: Conversation, approvalId: string, path: string, hunks: HunkChoice): Promise<void> {
    conversation.approvals.chooseHunks(approvalId, path, hunks);
    const file = conversation.approvals.proposal(approvalId)?.find((each) => each.path === path);
    const text = file && (await this.chosenText(file));
    if (text !== undefined) this.options.diff.setText(approvalId, path, text);
  }

  /**
   * Takes what stands in the diffs, saved or not, as what the person accepts, except of files that are left out. To be
   * called before the answer.
   */
  takeEdits(conversation: Conversation, approvalId: string): void {
    const left = new Set(
      conversation.approvals.proposal(approvalId)?.flatMap(({ path, choice }) => (choice === 'none' ? path : [])),
    );
    for (const [path, text] of this.options.diff.editedTexts(approvalId)) {
      if (!left.has(path)) conversation.approvals.editProposal(approvalId, path, text);
    }
  }

  dispose(): void {
    this.store.dispose();
  }

  /** The text that the file would have; `undefined`: none, or the change no longer fits. */
  private async chosenText(file: ApprovedFile): Promise<string | undefined> {
    const current = await this.options.documents.liveText(file.path);
    return acceptedText(file, current ?? undefined, file.choice)?.accepted ?? undefined;
  }

  private closeAnswered(): void {
    const open = new Map<string, Conversation>();
    for (const conversation of this.options.conversations.all) {
      for (const { id } of conversation.view.approvals) open.set(id, conversation);
    }
    for (const id of this.waiting.keys()) if (!open.has(id)) void this.options.diff.close(id);
    this.waiting.clear();
    for (const [id, conversation] of open) this.waiting.set(id, conversation);
  }
}
