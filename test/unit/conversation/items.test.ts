import { describe, expect, it } from 'vitest';
import { textOf, toFileChange, toItemView } from '../../../src/conversation/items';
import type { FileUpdateChange } from '../../../src/protocol/generated/types/v2/FileUpdateChange';
import type { ThreadItem } from '../../../src/protocol/generated/types/v2/ThreadItem';

/** An item with the fields its view is made of; the protocol has more. */
const view = (item: object, completed = true) => toItemView({ id: 'i', ...item } as ThreadItem, '/project', completed);

describe('toItemView', () => {
  it('shows the text of a message of the person and names its attachments', () => {
    const content = [
      { type: 'text', text: 'one', text_elements: [] },
      { type: 'text', text: 'two', text_elements: [] },
      { type: 'localImage', path: '/project/a.png' },
      { type: 'mention', name: 'notes', path: '/n' },
      { type: 'skill', name: 'review', path: '/s' },
      { type: 'image', url: 'data:' },
    ];
    expect(view({ type: 'userMessage', content })).toEqual({
      type: 'you',
      id: 'i',
      text: 'one\ntwo',
      attachments: ['/project/a.png', 'notes', 'review', 'image'],
      images: [
        { label: 'a.png', kind: 'file', address: '/project/a.png' },
        { label: 'Image', kind: 'inline', address: '' },
      ],
    });
  });

  it('shows the summary of reasoning, or its content where there is none', () => {
    const reasoning = { type: 'reasoning', startedAtMs: 1_000, completedAtMs: 3_500 };
    expect(view({ ...reasoning, summary: ['a', 'b'], content: ['c'] })).toMatchObject({
      text: 'a\n\nb',
      streaming: false,
      durationMs: 2_500,
    });
    expect(view({ ...reasoning, summary: [], content: ['c'] })).toMatchObject({ text: 'c' });
  });

  it('shows a command without its shell, its folder from here, and what it does', () => {
    const item = {
      type: 'commandExecution',
      command: "/bin/bash -lc 'cat a.ts'",
      cwd: '/project/src',
      commandActions: [{ type: 'read', command: 'cat a.ts', name: 'a.ts', path: '/project/src/a.ts' }],
      status: 'inProgress',
      aggregatedOutput: null,
      exitCode: null,
      durationMs: null,
    };
    expect(view(item, false)).toMatchObject({
      command: 'cat a.ts',
      folder: 'src',
      summary: 'Read a.ts',
      status: 'working',
      text: '',
    });
  });

  it.each([
    [
      { type: 'mcpToolCall', server: 's', tool: 't', status: 'completed', arguments: { a: 1 }, error: null },
      'Used s · t',
    ],
    [{ type: 'dynamicToolCall', tool: 't', status: 'failed', arguments: {} }, 'Used t'],
    [{ type: 'webSearch', query: 'q' }, 'Searched the web q'],
    [{ type: 'imageView', path: '/a.png' }, 'Looked at /a.png'],
    [{ type: 'contextCompaction' }, 'Compacted the conversation'],
    [{ type: 'enteredReviewMode', review: 'r' }, 'Reviewing r'],
    [{ type: 'exitedReviewMode', review: 'r' }, 'Reviewed '],
    [{ type: 'sleep', durationMs: 5 }, 'Waited '],
    [{ type: 'hookPrompt', fragments: [{ text: 'Mind the gap', hookRunId: 'h' }] }, 'A hook added to the conversation'],
    [{ type: 'functionCallOutput', name: 'clock', namespace: null, output: '12:00' }, 'Used clock'],
    [{ type: 'webSearch', query: 'q', action: { type: 'openPage', url: 'https://a.b' } }, 'Opened https://a.b'],
    [{ type: 'somethingOfTomorrow', secret: 'x' }, 'Step somethingOfTomorrow'],
  ])('shows %j as one line', (item, line) => {
    const step = view(item);
    expect(step.type === 'step' && `${step.verb} ${step.subject}`).toBe(line);
  });

  it('shows a plan that is proposed as an answer', () => {
    expect(view({ type: 'plan', text: '# Steps' }, false)).toEqual({
      type: 'message',
      id: 'i',
      text: '# Steps',
      streaming: true,
    });
  });

  it('says why a tool failed', () => {
    const item = {
      type: 'mcpToolCall',
      server: 's',
      tool: 't',
      status: 'failed',
      arguments: {},
      error: { message: 'no' },
    };
    expect(view(item)).toMatchObject({ status: 'failed', text: 'no' });
  });

  it('shows a step that goes on as working', () => {
    expect(view({ type: 'contextCompaction' }, false)).toMatchObject({ verb: 'Compacting', status: 'working' });
  });
});

describe('the details of a step', () => {
  it.each([
    [
      {
        type: 'mcpToolCall',
        status: 'completed',
        arguments: { a: 1 },
        error: null,
        result: { content: [{ type: 'text', text: 'gave' }, { type: 'image' }] },
      },
      '{\n  "a": 1\n}\n\ngave\n\n(image)',
    ],
    [
      {
        type: 'dynamicToolCall',
        status: 'completed',
        arguments: {},
        contentItems: [{ type: 'inputText', text: 'gave' }],
      },
      '{}\n\ngave',
    ],
    [{ type: 'functionCallOutput', name: 'n', namespace: 's', output: [{ type: 'input_text', text: 'gave' }] }, 'gave'],
    [
      {
        type: 'hookPrompt',
        fragments: [
          { text: 'Mind', hookRunId: 'h' },
          { text: 'it', hookRunId: 'h' },
        ],
      },
      'Mind\n\nit',
    ],
    [
      {
        type: 'collabAgentToolCall',
        tool: 'wait',
        status: 'completed',
        prompt: 'Do',
        agentsStates: { t: { status: 'completed', message: 'Did' } },
      },
      'Do\n\nDid',
    ],
    [
      { type: 'webSearch', query: 'q', action: null, results: [{ title: 'A', url: 'https://a.b' }, { other: 1 }] },
      'A\nhttps://a.b\n\n{\n  "other": 1\n}',
    ],
    [
      {
        type: 'imageGeneration',
        status: 'failed',
        revisedPrompt: null,
        failure: { type: 'usageLimitExceeded', limitId: 'l', resetsAt: null },
      },
      'No more images can be made at the moment.',
    ],
    [{ type: 'somethingNew', content: 1 }, '{\n  "id": "i",\n  "content": 1\n}'],
  ])('are what it was given and what it gave: %j', (item, text) => {
    expect(view(item)).toMatchObject({ type: 'step', text });
  });

  it('are cut where they are very long', () => {
    const step = view({ type: 'functionCallOutput', name: 'n', namespace: null, output: 'x'.repeat(100_000) });
    expect(step.type === 'step' && step.text.length).toBe(20_001);
  });

  it('say that a tool failed, or was interrupted', () => {
    expect(view({ type: 'dynamicToolCall', status: 'completed', success: false, arguments: {} })).toMatchObject({
      status: 'failed',
    });
    expect(
      view({ type: 'collabAgentToolCall', tool: 'wait', status: 'interrupted', prompt: null, agentsStates: {} }),
    ).toMatchObject({ status: 'stopped' });
  });
});

describe('toFileChange', () => {
  const change = (kind: FileUpdateChange['kind'], diff: string): FileUpdateChange => ({
    path: '/project/a.ts',
    kind,
    diff,
  });

  it('takes the note of a move off the diff, and off nothing else', () => {
    const diff = '@@ -1 +1 @@\n-a\n+b';
    const moved = toFileChange(
      change({ type: 'update', move_path: '/project/b.ts' }, `${diff}\n\nMoved to: /project/b.ts`),
      '/project',
    );
    expect(moved).toMatchObject({ label: 'a.ts', movedTo: '/project/b.ts', diff, added: 1, removed: 1 });
    const words = 'text\nMoved to: the end';
    expect(toFileChange(change({ type: 'add' }, words), '/project')).toMatchObject({
      diff: words,
      added: 2,
      removed: 0,
    });
    expect(toFileChange(change({ type: 'update', move_path: null }, words), '/project').diff).toBe(words);
  });

  it('counts a deleted file as removed lines', () => {
    expect(toFileChange(change({ type: 'delete' }, 'a\nb\n'), '/project')).toMatchObject({ added: 0, removed: 2 });
  });
});

describe('textOf', () => {
  it('leaves out what is not text', () => {
    expect(textOf([{ type: 'localImage', path: '/a.png' }])).toBe('');
  });
});

describe('the rarer items', () => {
  it.each([
    [{ type: 'webSearch', query: 'q', action: null, results: null }, 'Searched the web', 'q'],
    [{ type: 'imageView', path: '/a.png' }, 'Looked at', '/a.png'],
    [{ type: 'imageGeneration', status: 's', revisedPrompt: null }, 'Made an image', ''],
    [
      { type: 'collabAgentToolCall', tool: 'spawnAgent', status: 'completed', prompt: null, agentsStates: {} },
      'Sub-agent',
      'started',
    ],
    [{ type: 'subAgentActivity', agentPath: '/root', kind: 'started' }, 'Sub-agent', '/root started'],
    [{ type: 'sleep', durationMs: 5 }, 'Waited', ''],
    [{ type: 'somethingNew' }, 'Step', 'somethingNew'],
  ])('have one line each: %j', (item, verb, subject) => {
    expect(view(item)).toMatchObject({ type: 'step', verb, subject, status: 'completed' });
  });
});
