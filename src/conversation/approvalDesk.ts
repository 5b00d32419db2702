import { RpcError } from '../base/errors';
import type { ApprovalView } from '../shared/conversation';
import type { FieldValue } from '../shared/questions';
import type { Approval } from './approval';
import type { ApprovedFile } from './context';
import type { ProposalChoices } from './proposalChoices';

interface OpenApproval {
  readonly requestId: string | number;
  readonly approval: Approval;
  readonly answer: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  /** The person has decided, and what is needed for it is being done. */
  isDecided: boolean;
  /** What the person has filled in so far. */
  filled?: readonly FieldValue[];
}

const CLOSED = -32000;
/** So many requests are remembered that were over before they came. */
const MAX_OVER = 50;

/** The open approvals of one conversation. Each is answered once: by the person, or by what made it pointless. */
export class ApprovalDesk {
  private readonly entries = new Map<string, OpenApproval>();
  /**
   * What the server no longer waits for, and is not open here. A request may be among them that is yet to come: those
   * that are read together with notifications are handed on after them.
   */
  private readonly over = new Set<string | number>();

  constructor(private readonly onDidChange: (views: ApprovalView[]) => void) {}

  /**
   * Shows an approval; resolves with the answer for the server, rejects when it is closed without one.
   *
   * @throws RpcError when the server has said already that it does not wait for it.
   */
  open(requestId: string | number, approval: Approval): Promise<unknown> {
    if (this.over.delete(requestId)) throw new RpcError('approval', CLOSED, 'It was over before it came.');
    return new Promise((answer, reject) => {
      this.entries.set(approval.view.id, { requestId, approval, answer, reject, isDecided: false });
      this.changed();
    });
  }

  /**
   * Answers with one of the decisions that were offered, and with what was filled in where it takes that. Anything
   * else is ignored, and so are values that do not fit: the approval stays open.
   */
  decide(approvalId: string, decisionId: string, values?: readonly FieldValue[]): void {
    if (this.entries.get(approvalId)?.isDecided === false) this.settle(approvalId, decisionId, values);
  }

  /** Keeps what is filled in so far, for a panel that shows the approval later. */
  keepFilled(approvalId: string, values: readonly FieldValue[]): void {
    const entry = this.entries.get(approvalId);
    if (!entry?.approval.fill || values.length !== entry.approval.view.fields?.length) return;
    entry.filled = values;
    this.changed();
  }

  /**
   * Answers with what `prepare` makes of a decision. Meanwhile further decisions and choices are ignored; when it
   * rejects, the approval stays open. An approval that cannot be decided so is left alone.
   */
  async decideAfter(approvalId: string, decisionId: string, prepare: () => Promise<string>): Promise<void> {
    const entry = this.entries.get(approvalId);
    if (!entry?.approval.answers.has(decisionId) || entry.isDecided) return;
    entry.isDecided = true;
    try {
      this.settle(approvalId, await prepare());
    } finally {
      entry.isDecided = false;
    }
  }

  /** Changes what is chosen of a proposed change; ignored once the person has decided. */
  choose(approvalId: string, change: (choices: ProposalChoices) => void): void {
    const entry = this.entries.get(approvalId);
    if (!entry?.approval.choices || entry.isDecided) return;
    change(entry.approval.choices);
    this.changed();
  }

  /** The files of a proposed change with what is chosen of each; `undefined` when no such change waits. */
  proposal(approvalId: string): readonly ApprovedFile[] | undefined {
    return this.entries.get(approvalId)?.approval.choices?.approved;
  }

  /** The server no longer waits for this request. */
  closeRequest(requestId: string | number, why: string): void {
    if (this.close((entry) => entry.requestId === requestId, why)) return;
    this.over.add(requestId);
    for (const oldest of [...this.over].slice(0, -MAX_OVER)) this.over.delete(oldest);
  }

  /** The turn that asked has ended. */
  closeTurn(turnId: string, why: string): void {
    this.close(({ approval }) => approval.view.turnId === turnId, why);
  }

  /** Nobody waits any more. Another server begins to count its requests anew. */
  closeAll(why: string): void {
    this.over.clear();
    this.close(() => true, why);
  }

  private settle(approvalId: string, decisionId: string, values?: readonly FieldValue[]): void {
    const entry = this.entries.get(approvalId);
    if (!entry?.approval.answers.has(decisionId)) return;
    const { answers, fill } = entry.approval;
    const result = values === undefined ? answers.get(decisionId) : fill?.(decisionId, values);
    if (result === undefined) return;
    this.entries.delete(approvalId);
    entry.answer(result);
    this.changed();
  }

  /** `false`: there was none of these. */
  private close(which: (entry: OpenApproval) => boolean, why: string): boolean {
    const closed = [...this.entries].filter(([, entry]) => which(entry));
    for (const [id, entry] of closed) {
      this.entries.delete(id);
      entry.reject(new RpcError('approval', CLOSED, why));
    }
    if (closed.length > 0) this.changed();
    return closed.length > 0;
  }

  private changed(): void {
    this.onDidChange(
      [...this.entries.values()].map(({ approval: { view, choices }, filled }) => ({
        ...view,
        ...(choices && { files: choices.files }),
        ...(filled && { filled }),
      })),
    );
  }
}
