import { render } from 'solid-js/web';
import { afterAll, beforeAll, vi } from 'vitest';
import type { ApprovalView, ConversationView, Delta } from '../../src/shared/conversation';
import type { AppView, ToWebview } from '../../src/shared/messages';
import { posted } from './webviewApi';
import { App } from '../../webview/chat/App';
import { follow } from '../../webview/chat/state';
import { replayStart } from './replay';

export { posted };

export const APP: AppView = {
  server: 'ready',
  defaultModel: null,
  problem: null,
  demo: false,
  signedIn: true,
  sendKey: 'enter',
  followUp: 'queue',
  folderName: 'sample',
  limits: null,
  disallowedModes: [],
};

let conversations = 0;

/** One page for all tests of a file, as the editor has it, on a clock that stands still: each shows a conversation of its own. */
export function openChatPage(): void {
  beforeAll(() => {
    vi.useFakeTimers();
    render(() => <App surface="sidebar" />, document.body);
    follow();
  });
  afterAll(() => {
    vi.useRealTimers();
  });
}

/** The extension says something to the page. */
export function receive(message: ToWebview): void {
  window.dispatchEvent(new MessageEvent('message', { data: structuredClone(message) }));
}

/** Shows a conversation; every test has one of its own, under a new key. */
export function show(fields: Partial<ConversationView> = {}, app: Partial<AppView> = {}, draft = '') {
  const conversation: ConversationView = { ...replayStart(), ...fields, key: `key-${++conversations}` };
  let seq = 0;
  receive({ type: 'app', app: { ...APP, ...app } });
  const snapshot = (words: string): void => receive({ type: 'snapshot', seq, conversation, draft: words });
  snapshot(draft);
  posted.messages.length = 0;
  const change = (...deltas: Delta[]): void => {
    receive({ type: 'deltas', key: conversation.key, from: seq, seq: seq + deltas.length, deltas });
    seq += deltas.length;
  };
  return { conversation, snapshot, change };
}

/** All elements of the page that a selector finds, in their order. */
export const all = (selector: string): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(selector)];

/** What assistive technology calls an element: its label, or else its words. */
export const nameOf = (element: HTMLElement): string =>
  (element.getAttribute('aria-label') ?? element.textContent).trim();

/** The first button with this name, or the one after so many others. */
export function button(name: string, after = 0): HTMLButtonElement {
  const found = all('button').filter((element) => nameOf(element) === name)[after];
  if (!found) throw new Error(`There is no button “${name}”, only: ${all('button').map(nameOf).join(', ')}`);
  return found as HTMLButtonElement;
}

/** Whether a button can be pressed: one that cannot may still keep the focus. */
export const isEnabled = (element: HTMLButtonElement): boolean =>
  !element.disabled && element.getAttribute('aria-disabled') !== 'true';

/** Whether there is a button with this name. */
export const hasButton = (name: string): boolean => all('button').some((element) => nameOf(element) === name);
/** The names of all groups. */
export const groups = (): string[] => all('[role=group]').map(nameOf);
/** The status line. */
export const status = (): string => all('[role=status]').map(nameOf).join();
/** Where the person writes. */
export const composer = (): HTMLTextAreaElement => {
  const [input] = all('textarea[aria-label="Message Codex"]');
  if (!input) throw new Error('There is no composer');
  return input as HTMLTextAreaElement;
};

/** Replaces what stands in the composer. */
export function type(text: string): void {
  composer().value = text;
  composer().dispatchEvent(new InputEvent('input', { bubbles: true }));
}

/** Presses a key in the composer. */
export function press(key: string, modifiers: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...modifiers });
  composer().dispatchEvent(event);
  return event;
}

/** An open question about a command, unless `fields` say otherwise. */
export const approval = (id: string, fields: Partial<ApprovalView> = {}): ApprovalView => ({
  id,
  kind: 'command',
  turnId: 'u',
  itemId: 'i',
  title: 'Run this command?',
  command: 'npm test',
  folder: '/project',
  reason: null,
  files: [],
  decisions: [
    { id: 'accept', label: 'Allow once', tone: 'primary' },
    { id: 'acceptForSession', label: 'Allow for this conversation', tone: 'secondary' },
    { id: 'always', label: 'Always allow “npm …”', tone: 'quiet' },
    { id: 'decline', label: 'Decline', tone: 'secondary' },
    { id: 'cancel', label: 'Decline and stop', tone: 'quiet' },
  ],
  ...fields,
});
