// @vitest-environment jsdom
import { render } from 'solid-js/web';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { all, button, nameOf, posted, receive, show, type } from '../../support/chatPage';
import { App } from '../../../webview/chat/App';
import { Guarded } from '../../../webview/chat/Failure';
import { follow } from '../../../webview/chat/state';
import { reportFault, watchForFaults } from '../../../webview/host/faults';
import { MAX_FAULT_CHARACTERS } from '../../../src/shared/messages';

let root: HTMLElement;
let remove: () => void;
follow();
watchForFaults();

beforeEach(() => {
  vi.useFakeTimers();
  root = document.body.appendChild(document.createElement('div'));
  root.id = 'app';
  remove = render(
    () => (
      <Guarded>
        <App surface="sidebar" />
      </Guarded>
    ),
    root,
  );
});
afterEach(() => {
  remove();
  root.remove();
  vi.useRealTimers();
});

const faults = (): string[] => posted.messages.flatMap((message) => (message.type === 'fault' ? [message.text] : []));

describe('a chat that cannot be shown', () => {
  it('says so, tells the log why, and offers to load it anew', () => {
    const { conversation, snapshot } = show({ title: 'Broken' });
    Object.assign(conversation, { approvals: null });
    snapshot('');
    expect(all('[role=alert] h1').map(nameOf)).toEqual(['This chat could not be shown']);
    expect(faults()).toEqual([expect.stringMatching(/^Showing the chat failed: TypeError/)]);
    button('Reload this chat').click();
    expect(posted.messages).toContainEqual({ type: 'reload' });
  });

  it('still counts as alive: loading it anew by itself would show the same', () => {
    show({ approvals: null as never });
    posted.messages.length = 0;
    receive({ type: 'ping' });
    expect(posted.messages).toEqual([{ type: 'alive' }]);
  });
});

describe('a page', () => {
  it('answers a ping while it shows something, and not when it is blank', () => {
    show();
    receive({ type: 'ping' });
    expect(posted.messages).toEqual([{ type: 'alive' }]);
    posted.messages.length = 0;
    root.replaceChildren();
    receive({ type: 'ping' });
    expect(posted.messages).toEqual([]);
  });

  it('asks for a snapshot after a change that could not be applied', () => {
    const { change } = show();
    change({ type: 'turn', turn: null } as never);
    expect(faults()).toEqual([expect.stringMatching(/^An error: TypeError/)]);
    change({ type: 'set', fields: { title: 'Next' } });
    expect(posted.messages.at(-1)).toEqual({ type: 'resync' });
  });

  it('gives the host what is typed a frame later, also while the typing goes on', () => {
    show();
    type('a');
    vi.advanceTimersByTime(8);
    type('ab');
    vi.advanceTimersByTime(10);
    expect(posted.messages.flatMap((message) => (message.type === 'draft' ? [message.text] : []))).toEqual(['ab']);
  });

  it('reports rejected promises and errors that nothing catches, so many and so long at most', () => {
    posted.messages.length = 0;
    window.dispatchEvent(Object.assign(new Event('unhandledrejection'), { reason: new Error('no reply') }));
    window.dispatchEvent(new ErrorEvent('error', { error: new Error('lost'), message: 'lost' }));
    window.dispatchEvent(new ErrorEvent('error', { message: 'ResizeObserver loop completed' }));
    expect(faults().map((text) => text.split('\n')[0])).toEqual([
      'A rejected promise: Error: no reply',
      'An error: Error: lost',
    ]);
    for (let index = 0; index < 100; index++) reportFault('Again', 'x'.repeat(10_000));
    expect(faults().length).toBeLessThan(25);
    expect(faults().at(-1)).toHaveLength(MAX_FAULT_CHARACTERS);
  });
});
