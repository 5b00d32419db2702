// @vitest-environment jsdom
import { describe, expect, it, vi } from 'vitest';
import type { Delta } from '../../../src/shared/conversation';
import {
  all,
  approval,
  button,
  composer,
  groups,
  hasButton,
  isEnabled,
  nameOf,
  openChatPage,
  posted,
  press,
  receive,
  show,
  status,
  type,
} from '../../support/chatPage';
import { replay, replayStart } from '../../support/replay';

openChatPage();

const sent = (): string[] => posted.messages.flatMap((message) => (message.type === 'send' ? [message.text] : []));

describe('the names of what a chat shows', () => {
  it('are those of the contract in an empty conversation', () => {
    show({ title: 'Fix the test', mode: 'fullAccess', model: 'gpt-5.5', effort: 'high' });
    expect(all('h1').map(nameOf)).toEqual(['Fix the test']);
    for (const name of ['New conversation', 'History', 'Open in editor', 'Send', 'Attach'])
      expect(hasButton(name)).toBe(true);
    expect([hasButton('Mode: Full access'), hasButton('Model: gpt-5.5 · high')]).toEqual([true, true]);
    expect([hasButton('Stop'), status()]).toEqual([false, 'Ready']);
  });

  it('are those of the contract for messages, commands and file changes', () => {
    show(replay('files-accepted').view);
    expect(all('[role=log]').map(nameOf)).toEqual(['Conversation']);
    expect(all('article').map(nameOf)).toEqual([expect.stringMatching(/^You/), expect.stringMatching(/^Codex/)]);
    expect(groups()).toEqual(['File changes: 2 files']);
    expect([hasButton('greet.js'), hasButton('greet.test.js')]).toEqual([true, true]);
    show(replay('command-fails').view);
    expect(groups()).toEqual(["Command echo 'no such test' >&2; exit 3"]);
  });

  it.each([
    [{ status: 'working' }, {}, 'Working'],
    [{ status: 'waiting' }, {}, 'Waiting for approval'],
    [{ status: 'stopped' }, {}, 'Stopped'],
    [{ status: 'ready' }, {}, 'Ready'],
    [{ status: 'working', retry: 'Reconnecting... 1/5' }, {}, 'Reconnecting…'],
    [{ status: 'ready' }, { server: 'reconnecting' }, 'Reconnecting…'],
    [replay('error-429').view, {}, 'Failed: Too many requests'],
  ] as const)('say in the status line what goes on', (fields, app, line) => {
    show(fields, app);
    expect(status()).toBe(line);
  });

  it('name a stop button while a turn runs, and a send button as soon as there is something to queue', () => {
    show({ status: 'working' });
    expect([hasButton('Stop'), hasButton('Send')]).toEqual([true, false]);
    type('more');
    expect(hasButton('Send')).toBe(true);
    button('Stop').click();
    expect(posted.messages).toContainEqual({ type: 'stop', key: expect.stringMatching(/^key-/) as string });
  });

  it('name the queue, its messages and what can be done with each', () => {
    show({ status: 'working', queue: [{ id: 'q', text: 'And the docs' }] });
    expect(all('ul').map(nameOf)).toContain('Queued messages');
    expect(all('ul[aria-label="Queued messages"] > li')).toHaveLength(1);
    button('Send now').click();
    button('Remove').click();
    button('Edit').click();
    expect(posted.messages).toEqual([
      { type: 'queueSendNow', id: 'q' },
      { type: 'queueRemove', id: 'q' },
      { type: 'queueEdit', id: 'q' },
    ]);
  });

  it('show a problem with its next steps', () => {
    show(replay('error-401').view);
    expect(groups()).toContain('Problem: The model refused the sign-in');
    button('Sign In').click();
    expect(posted.messages).toEqual([
      {
        type: 'problem',
        key: expect.stringMatching(/^key-/) as string,
        action: 'signIn',
        id: expect.any(String) as string,
      },
    ]);
  });
});

describe('approvals', () => {
  it('are named by what is asked, and hold the choices of the contract', () => {
    show({ status: 'waiting', approvals: [approval('a')] });
    expect(groups()).toContain('Approval: Run this command? npm test');
    for (const name of [
      'Allow once',
      'Allow for this conversation',
      'Always allow “npm …”',
      'Decline',
      'Decline and stop',
    ])
      expect(hasButton(name)).toBe(true);
  });

  it('cannot be answered in the moment they appear', () => {
    show({ status: 'waiting', approvals: [approval('a')] });
    button('Allow once').click();
    expect([isEnabled(button('Allow once')), posted.messages]).toEqual([false, []]);
    vi.advanceTimersByTime(1_000);
    button('Allow once').click();
    expect(posted.messages).toEqual([{ type: 'approve', approvalId: 'a', decisionId: 'accept' }]);
  });

  it('keep their buttons, and the focus on them, when another one comes', () => {
    const { change } = show({ status: 'waiting', approvals: [approval('a')] });
    vi.advanceTimersByTime(1_000);
    button('Decline').focus();
    const focused = document.activeElement;
    change({ type: 'set', fields: { approvals: [approval('a'), approval('b', { command: 'ls' })] } });
    expect(document.activeElement === focused).toBe(true);
    const allow = all('button').filter((element) => nameOf(element) === 'Allow once') as HTMLButtonElement[];
    expect(allow.map(isEnabled)).toEqual([true, false]);
  });

  it('cannot be answered in the moment they move to where another one stood', () => {
    const { change } = show({ status: 'waiting', approvals: [approval('a'), approval('b', { command: 'rm -rf .' })] });
    vi.advanceTimersByTime(1_000);
    change({ type: 'set', fields: { approvals: [approval('b', { command: 'rm -rf .' })] } });
    button('Allow once').click();
    expect([isEnabled(button('Allow once')), posted.messages]).toEqual([false, []]);
    vi.advanceTimersByTime(1_000);
    expect(isEnabled(button('Allow once'))).toBe(true);
  });

  it('do not take the focus from the composer', () => {
    const { change } = show({ status: 'working' });
    composer().focus();
    change({ type: 'set', fields: { status: 'waiting', approvals: [approval('a')] } });
    expect(document.activeElement === composer()).toBe(true);
  });

  it('list the files and open their diff', () => {
    const change = { path: '/project/a.ts', label: 'a.ts', kind: 'update', added: 2, removed: 1 } as const;
    const file = { ...change, outside: false, choice: 'all', hunks: [] } as const;
    show({ approvals: [approval('a', { kind: 'files', title: 'Change 1 file?', command: null, files: [file] })] });
    expect(groups()).toContain('Approval: Change 1 file? a.ts');
    button('a.ts').click();
    expect(posted.messages).toEqual([{ type: 'openDiff', turnId: 'u', itemId: 'i', path: '/project/a.ts' }]);
  });
});

describe('a file change', () => {
  it('stays open when its state changes', () => {
    const { view } = replay('files-accepted');
    const { change } = show(view);
    button('Show changes').click();
    const turn = view.turns[0];
    const item = turn?.items.find((entry) => entry.type === 'files');
    if (turn && item) change({ type: 'item', turnId: turn.id, item: { ...item, notes: ['Not saved.'] } });
    expect(document.body.textContent).toContain('Not saved.');
    expect(hasButton('Hide changes')).toBe(true);
  });
});

describe('the composer', () => {
  it('sends with Enter, and breaks lines with Shift+Enter', () => {
    show();
    type('Hello');
    expect([press('Enter', { shiftKey: true }).defaultPrevented, sent()]).toEqual([false, []]);
    expect(press('Enter').defaultPrevented).toBe(true);
    expect([sent(), composer().value]).toEqual([['Hello'], '']);
  });

  it('sends with Ctrl+Enter or ⌘Enter where that is chosen, and breaks lines with Enter', () => {
    show({}, { sendKey: 'ctrlEnter' });
    type('one');
    expect([press('Enter').defaultPrevented, sent()]).toEqual([false, []]);
    press('Enter', { ctrlKey: true });
    type('two');
    press('Enter', { metaKey: true });
    expect(sent()).toEqual(['one', 'two']);
  });

  it.each(['enter', 'ctrlEnter'] as const)('leaves the Enter of an input method alone (%s)', (sendKey) => {
    show({}, { sendKey });
    type('かな');
    press('Enter', { isComposing: true, ctrlKey: sendKey === 'ctrlEnter' });
    expect([sent(), composer().value]).toEqual([[], 'かな']);
  });

  it('sends no blank message', () => {
    show();
    type(' \n ');
    press('Enter');
    expect([sent(), isEnabled(button('Send'))]).toEqual([[], false]);
  });

  it('begins with the draft that was kept', () => {
    show({}, {}, 'half a thought');
    expect(composer().value).toBe('half a thought');
  });

  it('keeps what stands in it when the same conversation is shown again', () => {
    const { snapshot } = show({}, {}, 'old');
    type('newer words');
    snapshot('old');
    expect(composer().value).toBe('newer words');
  });

  it('hands its words over for keeping after a pause, and takes those of another conversation', () => {
    const { conversation } = show();
    type('first');
    vi.advanceTimersByTime(1_000);
    expect(posted.messages).toEqual([{ type: 'draft', key: conversation.key, text: 'first' }]);
    type('first, unsaved');
    const other = { ...replayStart(), key: 'other' };
    receive({ type: 'snapshot', seq: 0, conversation: other, draft: 'second' });
    expect(posted.messages.at(-1)).toEqual({ type: 'draft', key: conversation.key, text: 'first, unsaved' });
    expect(composer().value).toBe('second');
  });

  it('takes text in at its cursor', () => {
    show({}, {}, 'see  now');
    composer().setSelectionRange(4, 4);
    receive({ type: 'insertText', text: '@a.ts' });
    expect(composer().value).toBe('see @a.ts now');
  });

  it('takes the focus when it is asked to', () => {
    show();
    receive({ type: 'focusComposer' });
    expect(document.activeElement === composer()).toBe(true);
  });
});

describe('following the host', () => {
  it('shows words as they come', () => {
    const { view, deltas } = replay('answer');
    const { change } = show({ threadId: view.threadId });
    for (const delta of deltas) change(delta);
    expect(all('article.codex pre code').map(nameOf)).toEqual(["greet('you');"]);
    expect(status()).toBe('Ready');
  });

  it('asks for everything again when it has missed something, and shows nothing of what came out of order', () => {
    const { conversation, snapshot } = show({ title: 'Before' });
    const deltas: Delta[] = [{ type: 'set', fields: { title: 'After' } }];
    receive({ type: 'deltas', key: conversation.key, from: 5, seq: 6, deltas });
    expect([posted.messages, all('h1').map(nameOf)]).toEqual([[{ type: 'resync' }], ['Before']]);
    snapshot('');
    expect(posted.messages).toHaveLength(1);
  });

  it('ignores deltas of a conversation that is not shown', () => {
    show({ title: 'This one' });
    const deltas: Delta[] = [{ type: 'set', fields: { title: 'Another' } }];
    receive({ type: 'deltas', key: 'another', from: 0, seq: 1, deltas });
    expect([posted.messages, all('h1').map(nameOf)]).toEqual([[], ['This one']]);
  });

  it('remembers which conversation it shows, for a reload of the window', () => {
    const { conversation, change } = show();
    change({ type: 'set', fields: { threadId: 'thread-9' } });
    expect(posted.states.at(-1)).toEqual({ threadId: 'thread-9', key: conversation.key });
  });
});
