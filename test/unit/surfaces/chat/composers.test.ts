import { beforeEach, expect, it } from 'vitest';
import type { ChatChannel } from '../../../../src/surfaces/chat/chatChannel';
import { Composers } from '../../../../src/surfaces/chat/composers';
import { Drafts } from '../../../../src/surfaces/chat/drafts';
import { FocusedChat } from '../../../../src/surfaces/chat/focusedChat';
import { deferred } from '../../../support/conversations';
import { ManualTimer } from '../../../support/manualServer';

const conversation = { view: { key: 'key', threadId: 'thread' } };
let said: string[];
let drafts: Drafts;
let focused: FocusedChat;
let sidebar: ChatChannel;
let tab: ChatChannel;
let composers: Composers;

/** A panel that notes what it is told. */
function panel(name: string, key = 'key'): ChatChannel {
  const note =
    (what: string) =>
    (text = ''): boolean =>
      said.push(`${name} ${what} ${text}`.trim()) > 0;
  return {
    conversation: { key },
    isVisible: true,
    submit: note('submit'),
    focusComposer: note('focus'),
    ...{ insertText: note('insert'), setText: note('set'), sendDraft: note('draft'), withdrawText: note('withdraw') },
  } as unknown as ChatChannel;
}

beforeEach(() => {
  said = [];
  const memory = { keys: () => [], get: () => undefined, update: () => Promise.resolve() };
  drafts = new Drafts(memory as never, new ManualTimer().timer);
  focused = new FocusedChat();
  [sidebar, tab] = [panel('side bar'), panel('tab')];
  const elsewhere = panel('elsewhere', 'another key');
  composers = new Composers(() => [elsewhere, sidebar, tab], focused, drafts);
});

it('shows what is written in one panel in the others of the conversation, and does not tell it back', () => {
  composers.keep(conversation, 'Hello', tab);
  expect([drafts.get(conversation.view), said]).toEqual(['Hello', ['side bar draft Hello']]);
  composers.keep(conversation, '', tab);
  expect([drafts.get(conversation.view), said.at(-1)]).toEqual(['', 'side bar draft']);
});

it('sends what stands in the panel that had the focus last', () => {
  focused.note(tab);
  expect(composers.submit(conversation)).toBe(true);
  expect(said).toEqual(['tab submit']);
});

it('says that it cannot send where no panel shows the conversation', () => {
  expect(composers.submit({ view: { key: 'hidden', threadId: null } })).toBe(false);
});

it('puts a text in the place of another with the cursor in one panel, and without in the others', () => {
  focused.note(tab);
  composers.replace(conversation, 'The edited one');
  expect(drafts.get(conversation.view)).toBe('The edited one');
  expect(said).toEqual(['tab set The edited one', 'tab focus', 'side bar draft The edited one']);
});

it('puts a message back after what stands there, and keeps it where no panel is', () => {
  focused.note(tab);
  drafts.set(conversation.view, 'Half a thought');
  composers.putBack(conversation, 'Hello');
  expect(said).toEqual(['tab insert \n\nHello']);
  const hidden = { view: { key: 'hidden', threadId: null } };
  composers.putBack(hidden, 'Hello');
  expect(drafts.get(hidden.view)).toBe('Hello');
});

it('keeps what was sent as the draft while something is being attached to it, and shows it in no panel', async () => {
  const attached = deferred<undefined>();
  const sending = composers.sending(conversation, 'Look at this', tab, attached.promise);
  expect([drafts.get(conversation.view), said]).toEqual(['Look at this', ['side bar draft']]);
  attached.resolve(undefined);
  await sending;
  expect(drafts.get(conversation.view)).toBe('');
});

it('leaves alone what was written while a message waited', async () => {
  const attached = deferred<undefined>();
  const sending = composers.sending(conversation, 'Look at this', tab, attached.promise);
  composers.keep(conversation, 'And then', tab);
  attached.resolve(undefined);
  await sending;
  expect(drafts.get(conversation.view)).toBe('And then');
});

it('forgets at once what was sent with nothing to wait for', () => {
  composers.keep(conversation, 'Hello', tab);
  void composers.sending(conversation, 'Hello', tab, undefined);
  expect([drafts.get(conversation.view), said.at(-1)]).toEqual(['', 'side bar draft']);
});
