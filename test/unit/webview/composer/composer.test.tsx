// @vitest-environment jsdom
import { describe, expect, it, vi } from 'vitest';
import type { CompletionView, ComposerView } from '../../../../src/shared/composer';
import type { FromWebview } from '../../../../src/shared/messages';
import {
  all,
  APP,
  button,
  composer,
  hasButton,
  nameOf,
  openChatPage,
  posted,
  press,
  receive,
  show,
  type,
} from '../../../support/chatPage';
import { eventually } from '../../../support/eventually';
import { replay } from '../../../support/replay';

openChatPage();

const ofType = <T extends FromWebview['type']>(name: T) =>
  posted.messages.filter((message): message is Extract<FromWebview, { type: T }> => message.type === name);
const options = (): string[] =>
  all('[role=option]').map((option) => option.querySelector('.composer-menu-label')?.textContent ?? '');
const activeOption = (): string => {
  const id = composer().getAttribute('aria-activedescendant');
  return id === null ? '' : (document.getElementById(id)?.querySelector('.composer-menu-label')?.textContent ?? '');
};
const entry = (label: string, fields: Partial<CompletionView> = {}): CompletionView => ({
  id: label,
  icon: 'file',
  label,
  detail: '',
  insert: `@${label} `,
  action: { type: 'none' },
  ...fields,
});

/** Types into the composer as a person does, with the cursor at the end. */
function write(text: string): void {
  type(text);
  composer().setSelectionRange(text.length, text.length);
  composer().dispatchEvent(new KeyboardEvent('keyup', { bubbles: true }));
}

/** Lets the pause after the last letter pass, and answers. */
function answer(...items: CompletionView[]): void {
  vi.advanceTimersByTime(100);
  const [asked] = ofType('complete').slice(-1);
  receive({ type: 'completions', request: asked?.request ?? 0, items });
}

function showContext(key: string, fields: Partial<ComposerView>): void {
  receive({ type: 'composer', key, composer: { attachments: [], active: null, withActive: true, ...fields } });
}

describe('the menu of the composer', () => {
  it('asks after a pause, not with every letter, and lists what fits', () => {
    show();
    write('@a');
    write('@ab');
    expect(ofType('complete')).toEqual([]);
    answer(entry('ab.ts'), entry('abc.ts'));
    expect(ofType('complete').map(({ trigger, query }) => trigger + query)).toEqual(['@ab']);
    expect([options(), activeOption()]).toEqual([['ab.ts', 'abc.ts'], 'ab.ts']);
    expect(all('[role=listbox]').map(nameOf)).toEqual(['Context']);
  });

  it('asks again once Codex runs, which could not answer before', () => {
    show();
    receive({ type: 'app', app: { ...APP, server: 'starting' } });
    write('@cd');
    answer();
    receive({ type: 'app', app: APP });
    expect(ofType('complete').map(({ query }) => query)).toEqual(['cd', 'cd']);
    answer(entry('cd.ts'));
    expect(options()).toEqual(['cd.ts']);
  });

  it('is walked with the arrows, and Enter puts the choice into the text, which keeps the focus', () => {
    show();
    composer().focus();
    write('see @a');
    answer(entry('a.ts'), entry('b.ts'));
    press('ArrowDown');
    expect(activeOption()).toBe('b.ts');
    press('ArrowDown');
    press('ArrowUp');
    press('Enter');
    expect([composer().value, options(), ofType('send')]).toEqual(['see @b.ts ', [], []]);
    expect(document.activeElement === composer()).toBe(true);
  });

  it('attaches what cannot be written', () => {
    const { conversation } = show();
    write('@sel');
    answer(entry('selection', { insert: '', action: { type: 'attach', source: { kind: 'selection' } } }));
    press('Tab');
    expect(composer().value).toBe('');
    expect(ofType('attach')).toEqual([{ type: 'attach', key: conversation.key, source: { kind: 'selection' } }]);
  });

  it('closes with Escape, and stays closed for this word', () => {
    show();
    write('@a');
    answer(entry('a.ts'));
    press('Escape');
    write('@ab');
    answer(entry('ab.ts'));
    expect(options()).toEqual([]);
    write('@ab and @c');
    answer(entry('c.ts'));
    expect(options()).toEqual(['c.ts']);
  });

  it('does not take a choice among answers to fewer letters: Enter waits for the newest', () => {
    show();
    write('@a');
    answer(entry('apple.ts'));
    write('@ab');
    press('Enter');
    expect([composer().value, ofType('send')]).toEqual(['@ab', []]);
    answer(entry('about.ts'));
    expect(composer().value).toBe('@about.ts ');
  });

  it('shows nothing of an answer that comes when the word is gone', () => {
    show();
    write('@a');
    vi.advanceTimersByTime(100);
    const [asked] = ofType('complete');
    write('hello ');
    receive({ type: 'completions', request: asked?.request ?? 0, items: [entry('a.ts')] });
    expect(options()).toEqual([]);
  });

  it('leaves the Enter of an input method alone', () => {
    show();
    write('@か');
    answer(entry('かな.ts'));
    press('Enter', { isComposing: true });
    expect(composer().value).toBe('@か');
  });
});

describe('commands with a slash', () => {
  it('run from the menu, and leave the composer empty', () => {
    const { conversation } = show();
    write('/com');
    answer(entry('/compact', { insert: '', action: { type: 'run', command: 'compact' } }));
    press('Enter');
    expect(composer().value).toBe('');
    expect(ofType('runCommand')).toEqual([{ type: 'runCommand', key: conversation.key, command: 'compact' }]);
  });

  it('run when they are typed faster than the menu comes, and are never sent as words', () => {
    show();
    write('/compact');
    press('Enter');
    expect([ofType('runCommand').map(({ command }) => command), ofType('send'), composer().value]).toEqual([
      ['compact'],
      [],
      '',
    ]);
  });

  it('are words where they are none of ours', () => {
    show();
    write('/usr/bin is missing');
    press('Enter');
    expect(ofType('send').map(({ text }) => text)).toEqual(['/usr/bin is missing']);
  });
});

describe('what is attached to a message', () => {
  it('stands above the text, and can be removed', () => {
    const { conversation } = show();
    const selection = { id: 's', kind: 'selection', label: 'b.ts:1-2', detail: '2 lines' } as const;
    showContext(conversation.key, { attachments: [selection], active: { label: 'a.ts', detail: '/a.ts' } });
    expect(all('[aria-label="Attached to the message"] > li').map((chip) => chip.textContent.trim())).toEqual([
      'a.ts',
      'b.ts:1-2',
    ]);
    button('Remove b.ts:1-2').click();
    button('Remove a.ts').click();
    expect(posted.messages).toEqual([
      { type: 'detach', key: conversation.key, id: 's' },
      { type: 'includeActive', key: conversation.key, include: false },
    ]);
  });

  it('can be the active file again after that was removed', () => {
    const { conversation } = show();
    showContext(conversation.key, { active: { label: 'a.ts', detail: '/a.ts' }, withActive: false });
    button('Add a.ts').click();
    expect(ofType('includeActive').map(({ include }) => include)).toEqual([true]);
  });

  it('can be sent without words; the active file alone cannot', () => {
    const { conversation } = show();
    showContext(conversation.key, { active: { label: 'a.ts', detail: '' } });
    press('Enter');
    expect(ofType('send')).toEqual([]);
    showContext(conversation.key, { attachments: [{ id: 'i', kind: 'image', label: 'dot.png', detail: '' }] });
    press('Enter');
    expect(ofType('send').map(({ text }) => text)).toEqual(['']);
  });

  it('is that of the conversation that is shown', () => {
    show();
    showContext('another', { attachments: [{ id: 'i', kind: 'image', label: 'dot.png', detail: '' }] });
    expect(hasButton('Remove dot.png')).toBe(false);
  });
});

describe('a draft that is shown in two panels', () => {
  const saved = () => ofType('draft').map(({ text }) => text);

  it('follows what is written in the other one, and does not tell it back', () => {
    const { conversation } = show({}, {}, 'Hel');
    receive({ type: 'draft', key: conversation.key, text: 'Hello' });
    expect(composer().value).toBe('Hello');
    receive({ type: 'draft', key: conversation.key, text: '' });
    vi.advanceTimersByTime(1_000);
    press('Enter');
    expect([composer().value, saved(), ofType('send')]).toEqual(['', [], []]);
  });

  it('stays what was written here since, and what another conversation has', () => {
    const { conversation } = show();
    receive({ type: 'draft', key: 'another', text: 'elsewhere' });
    write('mine');
    receive({ type: 'draft', key: conversation.key, text: 'theirs' });
    vi.advanceTimersByTime(1_000);
    expect([composer().value, saved()]).toEqual(['mine', ['mine']]);
  });
});

describe('files that are dropped or pasted', () => {
  const drop = (data: Record<string, string>, files: readonly File[] = []): void => {
    const event = new Event('drop', { bubbles: true, cancelable: true });
    Object.assign(event, { dataTransfer: { getData: (name: string) => data[name] ?? '', files } });
    composer().dispatchEvent(event);
  };
  const dot = () => new File(['PNG'], 'dot.png', { type: 'image/png' });

  it('go before the message that is sent while they are read', async () => {
    vi.useRealTimers();
    show();
    write('What is this?');
    drop({}, [dot(), dot()]);
    press('Enter');
    press('Enter');
    await eventually(() => expect(ofType('send')).toHaveLength(1));
    vi.useFakeTimers();
    const types = posted.messages.map((message) => message.type);
    expect(types.filter((name) => name === 'attachImage' || name === 'send')).toEqual([
      'attachImage',
      'attachImage',
      'send',
    ]);
    expect(composer().value).toBe('');
  });

  it('keep the message where one of them cannot be read', async () => {
    vi.useRealTimers();
    show();
    write('What is this?');
    vi.spyOn(FileReader.prototype, 'readAsDataURL').mockImplementationOnce(function (this: FileReader) {
      Object.defineProperty(this, 'error', { value: new DOMException('It is gone.') });
      setTimeout(() => ['error', 'loadend'].forEach((name) => this.dispatchEvent(new ProgressEvent(name))));
    });
    drop({}, [new File(['PNG'], 'lost.png', { type: 'image/png' }), dot()]);
    press('Enter');
    await eventually(() => expect(document.body.textContent).toContain('lost.png could not be read.'));
    await eventually(() => expect(ofType('attachImage')).toHaveLength(1));
    vi.useFakeTimers();
    expect([composer().value, ofType('send')]).toEqual(['What is this?', []]);
  });

  it('send nothing of another conversation that is shown when they are read', async () => {
    vi.useRealTimers();
    show();
    write('What is this?');
    drop({}, [dot()]);
    press('Enter');
    show({}, {}, 'A draft');
    await eventually(() => expect(ofType('attachImage')).toHaveLength(1));
    vi.useFakeTimers();
    expect([composer().value, ofType('send')]).toEqual(['A draft', []]);
  });

  it('are handed over by their addresses', () => {
    const { conversation } = show();
    drop({ 'text/uri-list': 'file:///a.ts\r\n# comment\r\nfile:///b\r\n' });
    expect(ofType('attachUris')).toEqual([
      { type: 'attachUris', key: conversation.key, uris: ['file:///a.ts', 'file:///b'] },
    ]);
  });

  it('are handed over whole when they are images', async () => {
    vi.useRealTimers();
    const { conversation } = show();
    drop({}, [new File(['PNG'], 'dot.png', { type: 'image/png' })]);
    await eventually(() => expect(ofType('attachImage')).toHaveLength(1));
    vi.useFakeTimers();
    expect(ofType('attachImage')).toEqual([
      { type: 'attachImage', key: conversation.key, name: 'dot.png', data: btoa('PNG') },
    ]);
  });

  it('are refused with a reason when they are no images, or too large', () => {
    show();
    drop({}, [new File(['x'], 'notes.pdf', { type: 'application/pdf' })]);
    expect(all('[role=alert]').map(nameOf).join()).toContain('notes.pdf cannot be attached this way');
    const large = new File(['x'], 'large.png', { type: 'image/png' });
    Object.defineProperty(large, 'size', { value: 11 * 1024 * 1024 });
    drop({}, [large]);
    expect(all('[role=alert]').map(nameOf).join()).toContain('larger than 10 MB');
    expect(ofType('attachImage')).toEqual([]);
  });

  it('are spoken of no more once a message is sent, or another conversation is shown', () => {
    const refuse = (): void => drop({}, [new File(['x'], 'notes.pdf', { type: 'application/pdf' })]);
    const alerts = (): number => all('.composer [role=alert]').length;
    show();
    refuse();
    type('without it');
    expect(alerts()).toBe(1);
    press('Enter');
    expect(alerts()).toBe(0);
    refuse();
    show();
    expect(alerts()).toBe(0);
  });
});

describe('messages that were sent before', () => {
  it('come back with the arrow up, and what was being written with the arrow down', () => {
    show(replay('answer').view, {}, 'half a thought');
    composer().setSelectionRange(0, 0);
    const [sent] = replay('answer').view.turns[0]?.items ?? [];
    expect(press('ArrowUp').defaultPrevented).toBe(true);
    expect(composer().value).toBe(sent?.type === 'you' ? sent.text : undefined);
    press('ArrowDown');
    expect(composer().value).toBe('half a thought');
    expect(press('ArrowDown').defaultPrevented).toBe(false);
  });

  it('leave the arrows alone inside a text of several lines', () => {
    show(replay('answer').view, {}, 'one\ntwo');
    composer().setSelectionRange(7, 7);
    expect([press('ArrowUp').defaultPrevented, composer().value]).toEqual([false, 'one\ntwo']);
  });
});

describe('sending while a turn runs', () => {
  it('does the other thing than the setting says with Ctrl+Enter', () => {
    show({ status: 'working' });
    write('one');
    press('Enter');
    write('two');
    press('Enter', { ctrlKey: true });
    expect(ofType('send').map(({ text, inverted = false }) => [text, inverted])).toEqual([
      ['one', false],
      ['two', true],
    ]);
  });

  it('does it with Ctrl+Shift+Enter where Ctrl+Enter sends', () => {
    show({ status: 'working' }, { sendKey: 'ctrlEnter', followUp: 'steer' });
    expect(composer().placeholder).toContain('into the running turn');
    write('one');
    press('Enter', { ctrlKey: true, shiftKey: true });
    expect(ofType('send').map(({ inverted = false }) => inverted)).toEqual([true]);
  });

  it('can be asked for from outside; an empty composer gets the cursor', () => {
    show();
    write('by a key of the editor');
    receive({ type: 'submit' });
    expect(ofType('send').map(({ text }) => text)).toEqual(['by a key of the editor']);
    composer().blur();
    receive({ type: 'submit' });
    expect([ofType('send').length, document.activeElement === composer()]).toEqual([1, true]);
  });
});

describe('the queue', () => {
  const queue = ['one', 'two', 'three'].map((text) => ({ id: text, text }));
  const rows = (): HTMLElement[] => all('ul[aria-label="Queued messages"] > li');
  const alt = (key: string) => new KeyboardEvent('keydown', { key, altKey: true, bubbles: true, cancelable: true });

  it('is put into another order with Alt and the arrows, and keeps the focus', async () => {
    const { change } = show({ status: 'working', queue });
    const remove = rows()[2]?.querySelectorAll('button')[1];
    remove?.focus();
    remove?.dispatchEvent(alt('ArrowUp'));
    rows()[0]?.dispatchEvent(alt('ArrowUp'));
    expect(ofType('queueMove')).toEqual([{ type: 'queueMove', id: 'three', index: 1 }]);
    const [one, two, three] = queue;
    if (one && two && three) change({ type: 'set', fields: { queue: [one, three, two] } });
    await Promise.resolve();
    expect(rows().map((row) => row.querySelector('.queue-text')?.textContent)).toEqual(['one', 'three', 'two']);
    expect(document.activeElement === remove).toBe(true);
  });

  it('is put into another order by dragging', () => {
    show({ status: 'working', queue });
    rows()[0]?.dispatchEvent(new Event('dragstart', { bubbles: true }));
    rows()[2]?.dispatchEvent(new Event('drop', { bubbles: true, cancelable: true }));
    expect(ofType('queueMove')).toEqual([{ type: 'queueMove', id: 'one', index: 2 }]);
  });
});
