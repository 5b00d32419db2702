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

/** The open approvals of one conversation. Each is answered once: by the person, or by what made it pointless. */
export class ApprovalDesk {
  private readonly entries = new Map<string, OpenApproval>();

  constructor(private readonly onDidChange: (views: ApprovalView[]) => void) {}

  /** Shows an approval; resolves with the answer for the server, rejects when it is closed without one. */
  open(requestId: string | number, approval: Approval): Promise<unknown> {
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
    const entry = this.entries.get(approvalId);
    if (!entry?.approval.answers.has(decisionId)) return;
    const { answers, fill } = entry.approval;
    const result = values === undefined ? answers.get(decisionId) : fill?.(decisionId, values);
    if (result === undefined) return;
    this.entries.delete(approvalId);
    entry.answer(result);
    this.changed();
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
      this.decide(approvalId, await prepare());
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
    this.close(([, entry]) => entry.requestId === requestId, why);
  }

  closeAll(why: string): void {
    this.close(() => true, why);
  }

  private close(which: (entry: [string, OpenApproval]) => boolean, why: string): void {
    const closed = [...this.entries].filter(which);
    for (const [id, entry] of closed) {
      this.entries.delete(id);
      entry.reject(new RpcError('approval', CLOSED, why));
    }
    if (closed.length > 0) this.changed();
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
