import { RpcError } from '../base/errors';
import type { ApprovalView } from '../shared/conversation';
import type { Approval } from './approvals';

interface OpenApproval {
  readonly requestId: string | number;
  readonly approval: Approval;
  readonly answer: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

const CLOSED = -32000;

/** The open approvals of one conversation. Each is answered once: by the person, or by what made it pointless. */
export class ApprovalDesk {
  private readonly entries = new Map<string, OpenApproval>();

  constructor(private readonly onDidChange: (views: ApprovalView[]) => void) {}

  /** Shows an approval; resolves with the answer for the server, rejects when it is closed without one. */
  open(requestId: string | number, approval: Approval): Promise<unknown> {
    return new Promise((answer, reject) => {
      this.entries.set(approval.view.id, { requestId, approval, answer, reject });
      this.changed();
    });
  }

  /** Answers with one of the decisions that were offered; anything else is ignored. */
  decide(approvalId: string, decisionId: string): void {
    const entry = this.entries.get(approvalId);
    if (!entry?.approval.answers.has(decisionId)) return;
    this.entries.delete(approvalId);
    entry.answer(entry.approval.answers.get(decisionId));
    this.changed();
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
    this.onDidChange([...this.entries.values()].map(({ approval }) => approval.view));
  }
}
