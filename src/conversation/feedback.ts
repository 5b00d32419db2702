import type { FeedbackUploadParams } from '../protocol/generated/types/v2/FeedbackUploadParams';
import type { AppServerClient } from '../router/appServerClient';

/** What Codex’s makers sort feedback by (codex app-server 0.169.0). */
export type FeedbackCategory = 'bug' | 'bad_result' | 'good_result' | 'other';

export interface FeedbackReport {
  readonly category: FeedbackCategory;
  readonly words: string;
  /** The thread it is about; `null`: none. */
  readonly threadId: string | null;
  /** With Codex’s log and all that was said and done in the thread. */
  readonly withLogs: boolean;
}

/** Tells the makers of Codex what a person thinks of it. */
export class Feedback {
  constructor(private readonly client: Pick<AppServerClient, 'request'>) {}

  /**
   * Writes what {@link send} would send into a ZIP file on this computer.
   *
   * @param savePath absolute; nothing may be there yet. The caller owns the file. @throws RpcError, SwitchyardError
   */
  async pack(report: FeedbackReport, savePath: string): Promise<void> {
    await this.client.request('feedback/save', { savePath, ...toParams(report) });
  }

  /** Sends it, out of this computer. @throws RpcError, SwitchyardError */
  async send(report: FeedbackReport): Promise<void> {
    await this.client.request('feedback/upload', toParams(report));
  }
}

function toParams({ category, words, threadId, withLogs }: FeedbackReport): FeedbackUploadParams {
  return { classification: category, reason: words, threadId, includeLogs: withLogs };
}
