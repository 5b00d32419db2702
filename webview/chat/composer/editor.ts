import { createEffect, createMemo, on } from 'solid-js';
import { COMPOSER_COMMANDS, type CompletionView, takesArgument } from '../../../src/shared/composer';
import type { AppView } from '../../../src/shared/messages';
import { post } from '../../host/vscodeApi';
import { focusRequests, insertion, messageContext, submissions, withdrawal } from '../state';
import { createDraft } from './draft';
import { createEditing } from './editing';
import { createMenu, type Token } from './menu';
import { createPromptHistory, type PromptHistory } from './promptHistory';

export interface EditorOptions {
  /** The conversation that messages are for. */
  readonly key: () => string;
  readonly sendKey: () => AppView['sendKey'];
  /** Runs it once the images that were pasted are read. */
  readonly whenRead: (run: () => void) => void;
}

type InputOf = InputEvent & { readonly currentTarget: HTMLTextAreaElement };

/** The text field's own doings: keys, menu, history, sending. Call it in the component that shows the field. */
export function createEditor({ key, sendKey, whenRead }: EditorOptions) {
  let input: HTMLTextAreaElement | undefined;
  const draft = createDraft();
  const history = createPromptHistory();
  const hasAttachments = createMemo(() => messageContext().attachments.length > 0);
  const canSend = () => draft.text().trim() !== '' || hasAttachments();
  const { menu, followCursor, replace, choose } = createCompleting({ input: () => input, change: draft.change, key });
  const editing = createEditing({
    ...{ key, canSend, text: draft.text, focus: () => input?.focus() },
    replace: (text) => {
      history.reset();
      if (input) replaceAll(input, text, draft.change);
      menu.update('', 0);
    },
  });
  const sendNow = (inverted: boolean): void => {
    if (!canSend()) return;
    if (editing.isEditing()) {
      editing.sendEdited('inPlace');
      return;
    }
    postMessage(key(), draft.text(), inverted);
    draft.clear();
    history.reset();
    menu.update('', 0);
    input?.focus();
  };
  const send = (inverted: boolean): void => whenRead(() => sendNow(inverted));
  followHost({
    input: () => input,
    text: draft.text,
    insert: (text) => replace(text, input?.selectionStart ?? 0, input?.selectionEnd ?? 0),
    clear: () => draft.change(''),
    submit: () => (canSend() ? send(false) : input?.focus()),
  });
  const onKeyDown = (event: KeyboardEvent): void => {
    // An input method confirms its word with Enter.
    if (event.isComposing || !input || menu.handle(event) || editing.handle(event)) return;
    const earlier = walk(event, input, history);
    const kind = sendKind(event, sendKey());
    if (earlier === undefined && kind === undefined) return;
    event.preventDefault();
    if (earlier !== undefined) replaceAll(input, earlier, draft.change);
    if (kind !== undefined) send(kind === 'inverted');
  };
  const onInput = (event: InputOf): void => {
    draft.change(event.currentTarget.value);
    followCursor();
  };
  const attach = (element: HTMLTextAreaElement): void => {
    input = element;
  };
  return { draft, menu, canSend, editing, send, followCursor, onKeyDown, onInput, attach, choose };
}

/** The menu of the field, and how what is chosen in it comes into the text. */
function createCompleting(field: {
  input(): HTMLTextAreaElement | undefined;
  change(text: string): void;
  key(): string;
}) {
  const followCursor = (): void => {
    const input = field.input();
    if (input) menu.update(input.value, input.selectionStart);
  };
  const replace = (text: string, start: number, end: number): void => {
    const input = field.input();
    if (!input) return;
    input.setRangeText(text, start, end, 'end');
    field.change(input.value);
    followCursor();
    input.focus();
  };
  const put = (item: CompletionView, token: Token): void => {
    replace(item.insert, token.start, token.end);
    menu.close();
    carryOut(item, field.key());
  };
  const menu = createMenu(put);
  const choose = (item: CompletionView): void => {
    const token = menu.token();
    if (token) put(item, token);
  };
  return { menu, followCursor, replace, choose };
}

/** What choosing an entry of the menu does beside changing the text. */
function carryOut({ action }: CompletionView, key: string): void {
  if (action.type === 'attach') post({ type: 'attach', key, source: action.source });
  if (action.type === 'run') post({ type: 'runCommand', key, command: action.command });
}

/** A message that is only the name of a command is that command; some take the words after it. */
function postMessage(key: string, text: string, inverted: boolean): void {
  const [, name, argument = ''] = /^\/([a-z-]+)(?:\s+([\s\S]+))?$/.exec(text.trim()) ?? [];
  const command = COMPOSER_COMMANDS.find((known) => known === name && (argument === '' || takesArgument(known)));
  if (command) {
    post({ type: 'draft', key, text: '' });
    post({ type: 'runCommand', key, command, ...(argument !== '' && { argument }) });
  } else post({ type: 'send', key, text, ...(inverted && { inverted }) });
}

interface Field {
  input(): HTMLTextAreaElement | undefined;
  text(): string;
  insert(text: string): void;
  clear(): void;
  submit(): void;
}

/** Does what the host wishes of the field. */
function followHost(field: Field): void {
  createEffect(on(focusRequests, () => field.input()?.focus(), { defer: true }));
  createEffect(on(submissions, () => field.submit(), { defer: true }));
  createEffect(
    on(insertion, (wish) => {
      if (wish) field.insert(wish.text);
    }),
  );
  createEffect(
    on(withdrawal, (wish) => {
      if (wish && field.text().trim() === wish.text.trim()) field.clear();
    }),
  );
}

/**
 * Up at the start of the text and down at its end walk through what was sent before. Anywhere else they move the cursor:
 * which line is the first one, where text is wrapped, only the browser knows. `undefined`: the key is not for that.
 */
function walk(event: KeyboardEvent, input: HTMLTextAreaElement, history: PromptHistory): string | undefined {
  if (event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const older = event.key === 'ArrowUp';
  const { value, selectionStart: cursor, selectionEnd } = input;
  if ((!older && event.key !== 'ArrowDown') || cursor !== selectionEnd) return undefined;
  // What was walked to has the cursor at its end.
  const isShown = history.shows(value);
  // A key that is held goes through the text, and not on into what was sent.
  if (event.repeat && !isShown) return undefined;
  const isAtEdge = older ? cursor === 0 || (cursor === value.length && isShown) : cursor === value.length;
  return isAtEdge ? history.move(older ? 'older' : 'newer', value) : undefined;
}

function replaceAll(input: HTMLTextAreaElement, text: string, change: (text: string) => void): void {
  change(text);
  input.value = text;
  input.setSelectionRange(text.length, text.length);
}

/** What Enter means here: send, send the other way while a turn runs, or nothing. */
function sendKind(event: KeyboardEvent, sendKey: AppView['sendKey']): 'plain' | 'inverted' | undefined {
  if (event.key !== 'Enter') return undefined;
  const modified = event.ctrlKey || event.metaKey;
  if (sendKey === 'ctrlEnter') {
    if (!modified) return undefined;
    return event.shiftKey ? 'inverted' : 'plain';
  }
  if (event.shiftKey || event.altKey) return undefined;
  return modified ? 'inverted' : 'plain';
}
