import { RpcError } from '../base/errors';
import type { RoutedRequest } from '../router/appServerClient';
import { findItem } from '../shared/applyDelta';
import type { ApprovalView } from '../shared/conversation';
import type { FieldValue } from '../shared/questions';
import { DECLINE_AND_STOP } from './approval';
import { ApprovalDesk } from './approvalDesk';
import { toApproval } from './approvals';
import type { ApprovedFile, ConversationContext } from './context';
import type { FileNotes } from './fileNotes';
import type { ViewStore } from './viewStore';

const UNSUPPORTED = -32601;
const OVER = 'It was answered elsewhere, or its turn ended.';

/** What answers bring about in the turn that asked. */
export interface AskingTurn {
  tellAgent(note: string): Promise<void>;
  stop(): Promise<void>;
}

/** What the server asks in a conversation, from the question to the person's answer. */
export class ApprovalFlow {
  private readonly desk: ApprovalDesk;

  constructor(
    private readonly state: ViewStore,
    private readonly context: ConversationContext,
    private readonly fileNotes: FileNotes,
    private readonly turn: AskingTurn,
  ) {
    this.desk = new ApprovalDesk((approvals) => this.show(approvals));
  }

  /** Shows a request of the server and resolves with the person's answer. Rejects when it is closed without one. */
  async ask(request: RoutedRequest): Promise<unknown> {
    const { threadId, turnId, itemId } = request;
    const { view } = this.state;
    const item = turnId !== undefined && itemId !== undefined ? findItem(view, turnId, itemId) : undefined;
    if (request.method === 'item/fileChange/requestApproval' && this.fileNotes.isRefused(itemId ?? '')) {
      // Asked again "command failed; retry without sandbox?": no sandbox was in the way (codex app-server 0.169.0).
      return { decision: 'decline' };
    }
    const { folder } = view;
    const folders = this.context.workspaceFolders();
    const approval = toApproval(request, {
      id: this.context.createId(),
      folder,
      changes: item?.type === 'files' ? item.changes : [],
      folders: folders.length > 0 ? folders : [folder],
    });
    if (!approval) {
      this.notice(`Codex asked for something that Switchyard cannot show yet (${request.method}). It was told so.`);
      throw new RpcError(request.method, UNSUPPORTED, `Switchyard cannot show ${request.method} yet`);
    }
    const answer = this.desk.open(request.id, approval);
    if (approval.choices && threadId !== undefined && itemId !== undefined) {
      this.context.leases.waitingForApproval(threadId, itemId);
    }
    return answer;
  }

  /**
   * Answers an open approval with one of its decisions, and with what was filled in where it has fields. Anything
   * unknown, unfit or answered already is ignored.
   */
  async decide(approvalId: string, decisionId: string, values?: readonly FieldValue[]): Promise<void> {
    const approval = this.state.view.approvals.find((view) => view.id === approvalId);
    if (approval?.kind === 'files' && decisionId.startsWith('accept')) {
      await this.desk.decideAfter(approvalId, decisionId, () => this.prepareWrite(approval, decisionId));
    } else this.desk.decide(approvalId, decisionId, values);
    if (approval && decisionId === DECLINE_AND_STOP) await this.turn.stop();
  }

  /** Keeps what is filled in of an approval so far, for when its panel is shown again. */
  keepFilled(approvalId: string, values: readonly FieldValue[]): void {
    this.desk.keepFilled(approvalId, values);
  }

  /** Chooses which hunks of a proposed file are written when the change is accepted. */
  chooseHunks(approvalId: string, path: string, hunks: readonly number[] | 'all' | 'none'): void {
    this.desk.choose(approvalId, (choices) => {
      choices.choose(path, hunks);
    });
  }

  /** Another text, of the person's own, is written instead of a proposed file when the change is accepted. */
  editProposal(approvalId: string, path: string, text: string): void {
    this.desk.choose(approvalId, (choices) => {
      choices.edit(path, text);
    });
  }

  /** The files of a change that waits for the person; `undefined` when it does not wait any more. */
  proposal(approvalId: string): readonly ApprovedFile[] | undefined {
    return this.desk.proposal(approvalId);
  }

  /** The server no longer waits for this request. */
  resolved(requestId: string | number): void {
    this.desk.closeRequest(requestId, OVER);
  }

  /** What the turn has asked needs no answer any more. */
  turnEnded(turnId: string): void {
    this.desk.closeTurn(turnId, OVER);
  }

  closeAll(why: string): void {
    this.desk.closeAll(why);
  }

  /** Gets an accepted change ready to be written, and gives the decision that it comes to. */
  private async prepareWrite({ id, turnId, itemId }: ApprovalView, decisionId: string): Promise<string> {
    const files = this.desk.proposal(id) ?? [];
    if (files.length > 0 && files.every(({ choice }) => choice === 'none')) return 'decline';
    const ids = { threadId: this.state.view.threadId ?? '', turnId: turnId ?? '', itemId: itemId ?? '' };
    const { write, note } = await this.context.beforeFilesAreWritten({ ...ids, files });
    // Meanwhile its turn may have ended: then nothing will be written.
    if (this.desk.proposal(id) === undefined) return 'decline';
    // Told before the answer, it reaches the model right after the output of the patch, which says "Success" whatever
    // was left out of it, or only "rejected" (codex app-server 0.169.0).
    if (note !== undefined) await this.turn.tellAgent(note);
    if (!write) return 'decline';
    this.fileNotes.addChoices(files);
    this.context.leases.accepted(ids.threadId, ids.itemId);
    return decisionId;
  }

  private show(approvals: ApprovalView[]): void {
    const { status, turns } = this.state.view;
    if (approvals.length > 0 && status !== 'stopping') this.state.set({ approvals, status: 'waiting' });
    else if (status !== 'waiting') this.state.set({ approvals });
    else this.state.set({ approvals, status: turns.at(-1)?.status === 'working' ? 'working' : 'ready' });
  }

  /** Says something in the newest turn that is no item of the server's. */
  private notice(text: string): void {
    const turn = this.state.view.turns.at(-1);
    if (!turn) return;
    const item = { type: 'notice', id: this.context.createId(), text } as const;
    this.state.emit([{ type: 'item', turnId: turn.id, item }]);
  }
}
