import { describe, expect, it } from 'vitest';
import { emptyConversation } from '../../../src/conversation/emptyConversation';
import { toMarkdown } from '../../../src/conversation/exportMarkdown';
import type { ItemView, TurnView } from '../../../src/shared/conversation';

const empty = emptyConversation('key', {
  mode: 'ask',
  model: '',
  effort: '',
  folder: '/project',
  updatedAtMs: 0,
  threadId: 'thread-1',
  title: 'Fix\nthe test',
});
const turn = (items: ItemView[], fields: Partial<TurnView> = {}): TurnView => ({
  id: 'u',
  status: 'completed',
  startedAtMs: 0,
  durationMs: 1,
  problem: null,
  items,
  ...fields,
});
const written = (...turns: TurnView[]): string => toMarkdown({ ...empty, turns });

describe('toMarkdown', () => {
  it('begins with what the conversation is', () => {
    expect(written()).toBe(
      '# Fix the test\n\n- Folder: `/project`\n- Conversation: `thread-1`\n- Last change: 1970-01-01T00:00:00.000Z\n',
    );
  });

  it('holds the words of both, and the reasoning as a quote', () => {
    const text = written(
      turn([
        { type: 'message', id: 'm', text: 'Done, with `care`.', streaming: false },
        { type: 'reasoning', id: 'r', text: 'One.\n\nTwo.', streaming: false, startedAtMs: null, durationMs: null },
        { type: 'notice', id: 'n', text: 'Codex was told.' },
      ]),
    );
    expect(text).toContain('## Codex\n\nDone, with `care`.\n\n> One.\n>\n> Two.\n\n> Codex was told.\n');
  });

  it('fences what a command printed so that nothing in it ends the block, without colours', () => {
    const command: ItemView = {
      type: 'command',
      id: 'c',
      command: 'npm test',
      folder: '/project',
      summary: null,
      status: 'failed',
      text: '\u001b[31mred\u001b[0m\n```\nx\n',
      exitCode: 1,
      durationMs: 5,
    };
    expect(written(turn([command]))).toContain('```sh\nnpm test\n```\n\n````\nred\n```\nx\n````\n\nExit code 1\n');
  });

  it('holds the diffs of changed files and what became of them', () => {
    const change = {
      path: '/project/a.js',
      label: 'a.js',
      kind: 'update',
      movedTo: 'b.js',
      added: 1,
      removed: 1,
    } as const;
    const files: ItemView = {
      type: 'files',
      id: 'f',
      status: 'declined',
      changes: [{ ...change, diff: '@@ -1 +1 @@\n-a\n+b\n' }],
      notes: ['a.js: left out, as you chose.'],
    };
    expect(written(turn([files]))).toContain(
      '**File changes** (declined)\n\n- `a.js` (update, moved to b.js)\n\n```diff\n@@ -1 +1 @@\n-a\n+b\n```\n\na.js: left out',
    );
  });

  it('says that a turn was stopped, or why it failed', () => {
    expect(written(turn([], { status: 'stopped' }))).toContain('_Stopped._');
    const problem = { title: 'Usage limit reached', detail: 'Retry later.', actions: [] };
    expect(written(turn([], { status: 'failed', problem }))).toContain('**Usage limit reached**\n\nRetry later.');
  });
});
