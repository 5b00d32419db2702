import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Feedback, type FeedbackReport } from '../../../../../src/conversation/feedback';
import { zipEntries } from '../../../../../src/surfaces/chat/composer/zipEntries';
import { fakeClient } from '../../../../support/fakeClient';
import { message, modelTurn } from '../../../../support/modelServer';
import { type RealConversations, runTurn, startRealConversations } from '../../../../support/realConversation';

let real: RealConversations | undefined;
const folder = mkdtempSync(path.join(os.tmpdir(), 'switchyard-feedback-test-'));
afterEach(async () => {
  await real?.dispose();
  rmSync(folder, { recursive: true, force: true });
});

describe('feedback', () => {
  it('is packed by the real codex as it would be sent, with the conversation only where that is wanted', async () => {
    real = await startRealConversations();
    real.model.respond(() => modelTurn(message('ok')));
    const conversation = real.conversations.create();
    await runTurn(conversation, 'hello');
    const feedback = new Feedback(real.client);
    const report = { category: 'bug', words: 'It broke.', threadId: conversation.view.threadId } as const;
    const pack = async (name: string, withLogs: boolean): Promise<string> => {
      const file = path.join(folder, name);
      await feedback.pack({ ...report, withLogs }, file);
      const entries = zipEntries(readFileSync(file));
      for (const { bytes } of entries) expect(bytes).toBeLessThan(10_000_000);
      return entries.map(({ name }) => name).join(' ');
    };
    expect(await pack('words.zip', false)).toBe('report.json manifest.json');
    expect(await pack('logs.zip', true)).toMatch(/^report\.json .*codex-logs\.log.*rollout-.*\.jsonl manifest\.json$/);
  });

  it('is sent as it was packed', async () => {
    const { server, client } = fakeClient();
    const feedback = new Feedback(client);
    const report: FeedbackReport = { category: 'other', words: 'Well.', threadId: null, withLogs: false };
    await feedback.pack(report, '/tmp/feedback.zip');
    await feedback.send(report);
    const [sent] = server.paramsOf('feedback/upload');
    expect(server.paramsOf('feedback/save')).toEqual([{ ...sent, savePath: '/tmp/feedback.zip' }]);
    expect(sent).toEqual({ classification: 'other', reason: 'Well.', threadId: null, includeLogs: false });
  });

  it('is not listed from what is no archive', () => {
    expect(() => zipEntries(Buffer.from('nothing of the kind, but long enough'))).toThrow('not a ZIP');
  });
});
