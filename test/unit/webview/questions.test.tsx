// @vitest-environment jsdom
import { describe, expect, it, vi } from 'vitest';
import type { ApprovalView } from '../../../src/shared/conversation';
import type { FieldView } from '../../../src/shared/questions';
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
  receive,
  show,
} from '../../support/chatPage';

openChatPage();

const ANSWER = { id: 'answer', label: 'Answer', tone: 'primary', takesValues: true } as const;
const SKIP = { id: 'skip', label: 'Skip', tone: 'secondary' } as const;
const base = { description: '', required: false };
const text = (fields: object = {}) =>
  ({
    ...base,
    label: 'Name',
    kind: 'text',
    format: null,
    secret: false,
    minLength: null,
    maxLength: null,
    pattern: null,
    initial: '',
    ...fields,
  }) as FieldView;
const number = {
  ...base,
  label: 'Count',
  kind: 'number',
  integer: true,
  minimum: 1,
  maximum: 9,
  initial: '3',
} as const;
const options = (...names: string[]) => names.map((name) => ({ value: name, label: name, description: `${name}!` }));
const choice = (fields: object = {}) =>
  ({
    ...base,
    label: 'Which colour?',
    kind: 'choice',
    options: options('Blue', 'Red'),
    other: false,
    secret: false,
    initial: '',
    ...fields,
  }) as FieldView;
const choices = {
  ...base,
  label: 'Extras',
  kind: 'choices',
  options: options('bow', 'card'),
  minItems: null,
  maxItems: 1,
  initial: ['bow'],
} as const;
const boolean = { ...base, label: 'Gift', kind: 'boolean', initial: true } as const;

const question = (fields: readonly FieldView[], more: Partial<ApprovalView> = {}): ApprovalView =>
  approval('a', {
    kind: 'question',
    title: 'Which colour?',
    command: null,
    folder: null,
    fields,
    decisions: [ANSWER, SKIP],
    ...more,
  });

/** Shows approvals that can be answered. */
function ask(...approvals: ApprovalView[]) {
  const shown = show({ status: 'waiting', approvals });
  vi.advanceTimersByTime(1_000);
  return shown;
}
const inputs = (selector = 'input, textarea, select') =>
  all(`.approval :is(${selector})`) as (HTMLInputElement & HTMLTextAreaElement & HTMLSelectElement)[];
const labelled = (name: string): HTMLInputElement => {
  const found = inputs().find(
    (input) =>
      [...input.labels].some((label) => nameOf(label).startsWith(name)) || input.getAttribute('aria-label') === name,
  );
  return found ?? expect.fail(`There is no input “${name}”.`);
};
function write(input: HTMLElement, value: string): void {
  Object.assign(input, { value });
  input.dispatchEvent(new InputEvent('input', { bubbles: true }));
}
function key(target: Element, init: KeyboardEventInit): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init });
  target.dispatchEvent(event);
  return event;
}
const answers = () => posted.messages.filter(({ type }) => type !== 'fill');
const answered = () => answers().flatMap((message) => (message.type === 'answer' ? [message.values] : []));
const problems = () =>
  all('.approval [role=alert]')
    .map((element) => element.textContent)
    .filter(Boolean);

describe('a question of the agent', () => {
  it('is a group of its own, with its options and what they mean', () => {
    ask(question([choice()]));
    expect(groups()).toContain('Question: Which colour?');
    expect(all('.approval [role=radiogroup]').map((group) => nameOf(group.querySelector('legend')!))).toEqual([
      'Which colour?',
    ]);
    labelled('Red').click();
    button('Answer').click();
    expect(answers()).toEqual([{ type: 'answer', approvalId: 'a', decisionId: 'answer', values: ['Red'] }]);
    expect(all('.approval-mode')).toEqual([]);
  });

  it('takes the person’s own words, and Enter sends them', () => {
    ask(question([choice({ other: true })]));
    labelled('Other').click();
    write(labelled('Other answer'), 'Green');
    expect(key(labelled('Other answer'), { key: 'Enter' }).defaultPrevented).toBe(true);
    expect(answered()).toEqual([['Green']]);
  });

  it('keeps the person’s own words while an option is chosen, as the arrow keys do', () => {
    ask(question([choice({ other: true })]));
    labelled('Other').click();
    write(labelled('Other answer'), 'Green');
    labelled('Red').click();
    labelled('Other').click();
    expect(labelled('Other answer').value).toBe('Green');
    button('Answer').click();
    expect(answered()).toEqual([['Green']]);
  });

  it('keeps words that are those of an option', () => {
    ask(question([choice({ other: true })]));
    labelled('Other').click();
    write(labelled('Other answer'), 'Red');
    expect([labelled('Other answer').value, labelled('Red').checked]).toEqual(['Red', false]);
  });

  it('hides a secret, and never hands it over before it is sent', () => {
    const { conversation } = ask(
      question([choice({ other: true, secret: true }), text({ label: 'Token', secret: true })]),
    );
    expect(labelled('Token').type).toBe('password');
    labelled('Other').click();
    expect(labelled('Other answer').type).toBe('password');
    write(labelled('Other answer'), 'hush');
    write(labelled('Token'), 'hush too');
    vi.advanceTimersByTime(1_000);
    expect(posted.messages).toEqual([{ type: 'fill', key: conversation.key, approvalId: 'a', values: ['', ''] }]);
    button('Answer').click();
    expect(answered()).toEqual([['hush', 'hush too']]);
  });

  it('wants an answer, or none by its own button', () => {
    ask(question([choice(), text({ label: 'Size' })]));
    button('Answer').click();
    expect([answers(), problems()]).toEqual([[], ['Answer, or choose Skip.']]);
    expect(document.activeElement === inputs()[0]).toBe(true);
    button('Skip').click();
    expect(answers()).toEqual([{ type: 'approve', approvalId: 'a', decisionId: 'skip' }]);
  });

  it('is not sent while an input method confirms a word, nor by a new line', () => {
    ask(question([text()]));
    write(inputs()[0]!, 'word');
    key(inputs()[0]!, { key: 'Enter', isComposing: true });
    key(inputs()[0]!, { key: 'Enter', shiftKey: true });
    expect(answers()).toEqual([]);
  });
});

describe('a form', () => {
  const SUBMIT = { id: 'submit', label: 'Submit', tone: 'primary', takesValues: true } as const;
  const form = (fields: readonly FieldView[], more: Partial<ApprovalView> = {}) =>
    question(fields, {
      kind: 'form',
      title: 'Your order?',
      decisions: [SUBMIT, { id: 'decline', label: 'Decline', tone: 'secondary' }],
      ...more,
    });

  it('shows every kind of field with its initial value, and sends what stands there', () => {
    ask(form([text({ initial: 'Ada' }), number, boolean, choice({ initial: 'Red' }), choices]));
    expect(labelled('Red').checked).toBe(true);
    write(labelled('Count'), '4');
    labelled('Gift').click();
    labelled('bow').click();
    labelled('card').click();
    button('Submit').click();
    expect(answered()).toEqual([['Ada', '4', false, 'Red', ['card']]]);
  });

  it('says beside a field why it cannot be sent, and goes there', () => {
    ask(form([text({ required: true }), number, choices]));
    write(labelled('Count'), '10');
    labelled('card').click();
    expect(problems()).toEqual([]);
    button('Submit').click();
    expect(answers()).toEqual([]);
    expect(problems()).toEqual(['This is needed.', 'Write 9 or less.', 'Choose at most 1.']);
    expect(document.activeElement === labelled('Name')).toBe(true);
    expect(labelled('Name').getAttribute('aria-invalid')).toBe('true');
    const about = labelled('Count').getAttribute('aria-describedby') ?? '';
    expect(document.getElementById(about)?.textContent).toBe('Write 9 or less.');
    write(labelled('Name'), 'Ada');
    write(labelled('Count'), '9');
    labelled('card').click();
    expect(problems()).toEqual([]);
  });

  it('checks a pattern of the server, and leaves one that means nothing to it', () => {
    ask(form([text({ pattern: '^[a-z]+$' }), text({ label: 'Odd', pattern: '(' })]));
    write(labelled('Name'), 'A1');
    write(labelled('Odd'), 'x');
    button('Submit').click();
    expect(problems()).toEqual(['This must fit the pattern ^[a-z]+$']);
  });

  it('has inputs for the formats; a time is sent in UTC', () => {
    const formats = ['email', 'uri', 'date', 'date-time'] as const;
    ask(form(formats.map((format) => text({ label: format, format }))));
    expect(inputs().map((input) => input.type)).toEqual(['email', 'url', 'date', 'datetime-local']);
    write(inputs()[3]!, '2025-01-31T10:20:30');
    button('Submit').click();
    expect(answered()).toEqual([['', '', '', new Date('2025-01-31T10:20:30').toISOString()]]);
  });

  it('shows many options as a list to open', () => {
    const many = options(...Array.from({ length: 20 }, (_, index) => `option ${index}`));
    ask(form([choice({ label: 'One of', options: many, required: true })]));
    const [list] = inputs('select');
    expect([...(list?.options ?? [])].slice(0, 2).map((option) => option.textContent)).toEqual(['Choose…', 'option 0']);
    list!.value = 'option 7';
    list!.dispatchEvent(new Event('change', { bubbles: true }));
    button('Submit').click();
    expect(answered()).toEqual([['option 7']]);
  });

  it('comes back as it was filled in, and keeps the focus when the host has taken note', () => {
    const { change, conversation } = ask(form([text(), choices], { filled: ['half', []] }));
    expect([labelled('Name').value, labelled('bow').checked]).toEqual(['half', false]);
    labelled('Name').focus();
    write(labelled('Name'), 'half a');
    vi.advanceTimersByTime(1_000);
    expect(posted.messages).toEqual([{ type: 'fill', key: conversation.key, approvalId: 'a', values: ['half a', []] }]);
    const focused = document.activeElement;
    change({ type: 'set', fields: { approvals: [form([text(), choices], { filled: ['half a', []] })] } });
    expect(document.activeElement === focused).toBe(true);
    expect(labelled('Name').value).toBe('half a');
  });

  it('is kept at once when the person goes elsewhere, or to another conversation', () => {
    const { conversation } = ask(form([text()]));
    const kept = () => posted.messages.filter(({ type }) => type === 'fill');
    const fill = (value: string) => ({ type: 'fill', key: conversation.key, approvalId: 'a', values: [value] });
    write(labelled('Name'), 'half');
    window.dispatchEvent(new Event('blur'));
    window.dispatchEvent(new Event('blur'));
    expect(kept()).toEqual([fill('half')]);
    write(labelled('Name'), 'half a');
    expect(kept()).toEqual([fill('half')]);
    receive({ type: 'snapshot', seq: 0, conversation: { ...conversation, key: 'another' }, draft: '' });
    expect(kept()).toEqual([fill('half'), fill('half a')]);
  });

  it('lets the letters be written that need Alt, as many do on a Mac', () => {
    ask(form([text(), boolean]));
    expect(key(labelled('Name'), { key: 'ñ', code: 'KeyN', altKey: true }).defaultPrevented).toBe(false);
    expect(answers()).toEqual([]);
    expect(key(labelled('Gift'), { key: 'n', code: 'KeyN', altKey: true }).defaultPrevented).toBe(true);
    expect(answers()).toEqual([{ type: 'approve', approvalId: 'a', decisionId: 'decline' }]);
  });

  it('is declined whatever stands in it', () => {
    ask(form([text({ required: true })]));
    button('Decline').click();
    expect(answers()).toEqual([{ type: 'approve', approvalId: 'a', decisionId: 'decline' }]);
  });
});

describe('permissions', () => {
  it('are granted one by one', () => {
    const accept = { id: 'accept', label: 'Allow once', tone: 'primary', takesValues: true } as const;
    ask(
      question([boolean, { ...boolean, label: 'Read /data' }], {
        kind: 'permissions',
        title: 'Allow?',
        decisions: [accept],
      }),
    );
    expect(groups()).toContain('Approval: Allow?');
    labelled('Read /data').click();
    key(labelled('Gift'), { key: 'Enter' });
    expect(answers()).toEqual([]);
    button('Allow once').click();
    expect(answered()).toEqual([[true, false]]);
  });
});

describe('a web page to open', () => {
  const link = (url: string) =>
    question([], {
      kind: 'link',
      title: 'Sign in',
      link: url,
      decisions: [{ id: 'accept', label: 'Continue', tone: 'secondary' }],
    });

  it('is named by its real host, and opened only when the person says so', () => {
    ask(link('https://google.com@evil.example/a'));
    expect(groups()).toContain('Approval: Sign in evil.example');
    expect(all('.approval pre').map((element) => element.textContent)).toEqual(['https://google.com@evil.example/a']);
    expect(answers()).toEqual([]);
    button('Open evil.example').click();
    button('Continue').click();
    expect(answers()).toEqual([
      { type: 'openLink', href: 'https://google.com@evil.example/a' },
      { type: 'approve', approvalId: 'a', decisionId: 'accept' },
    ]);
  });

  it('shows look-alike letters for what they are', () => {
    ask(link('https://gооgle.com/'));
    expect(hasButton('Open xn--ggle-55da.com')).toBe(true);
  });
});

describe('the card of an approval', () => {
  it('shows the arguments of a tool by name', () => {
    ask(approval('a', { kind: 'tool', title: 'Run?', command: null, details: [{ name: 'id', value: '7' }] }));
    expect(all('.approval dt, .approval dd').map((element) => element.textContent)).toEqual(['id', '7']);
  });

  it('says which of several it is', () => {
    ask(approval('a'));
    expect(all('.approval-count')).toEqual([]);
    ask(approval('a'), approval('b'), approval('c'));
    expect(all('.approval-count').map((element) => element.textContent)).toEqual(['1 of 3', '2 of 3', '3 of 3']);
  });

  it('leads to another mode', () => {
    show({ mode: 'ask', status: 'waiting', approvals: [approval('a')] });
    button('Change mode, now Ask').click();
    expect(posted.messages).toEqual([{ type: 'command', command: 'selectMode' }]);
  });

  it('is answered by the keys on its buttons, while the focus is in it', () => {
    ask(approval('a'), approval('b'));
    key(composer(), { key: 'y', code: 'KeyY', altKey: true });
    key(document.body, { key: 'y', code: 'KeyY', altKey: true });
    expect(posted.messages).toEqual([]);
    const keys = (name: string) => [button(name).getAttribute('aria-keyshortcuts'), button(name).dataset.keys];
    expect([keys('Allow once'), keys('Decline'), keys('Decline and stop')]).toEqual([
      ['Alt+Y', 'Alt+Y'],
      ['Alt+N', 'Alt+N'],
      [null, undefined],
    ]);
    const [first, second] = all('.approval');
    expect(key(first!.querySelector('button')!, { key: '¥', code: 'KeyY', altKey: true }).defaultPrevented).toBe(true);
    expect(key(second!.querySelector('button')!, { key: 'n', code: 'KeyN', altKey: true }).defaultPrevented).toBe(true);
    key(second!.querySelector('button')!, { key: 'y', code: 'KeyY', altKey: true, ctrlKey: true });
    key(second!.querySelector('button')!, { key: 'y', code: 'KeyY' });
    key(second!.querySelector('button')!, { key: 'x', code: 'KeyX', altKey: true });
    expect(posted.messages).toEqual([
      { type: 'approve', approvalId: 'a', decisionId: 'accept' },
      { type: 'approve', approvalId: 'b', decisionId: 'decline' },
    ]);
  });

  it('is not answered by a key in the moment it appears', () => {
    show({ status: 'waiting', approvals: [approval('a')] });
    key(button('Decline'), { key: 'y', code: 'KeyY', altKey: true });
    expect(posted.messages).toEqual([]);
  });
});

describe('a question that the agent asks beside its work', () => {
  const questions = [{ title: 'Which colour?', options: ['Blue', 'Red'] }];
  const asked = { type: 'message', id: 'm', text: 'Meanwhile:', streaming: false, questions } as const;
  const turn = { id: 't', status: 'working', startedAtMs: 1, durationMs: null, problem: null } as const;
  const you = (id: string) => ({ type: 'you', id, text: 'Go', attachments: [] }) as const;

  it('is answered once, with an option, by a message', () => {
    const { conversation } = show({ status: 'working', turns: [{ ...turn, items: [you('1'), asked] }] });
    expect(groups()).toContain('Question: Which colour?');
    button('Red').click();
    button('Blue').click();
    expect(answers()).toEqual([{ type: 'reply', key: conversation.key, text: 'Which colour? Red' }]);
  });

  it('keeps the focus on its answer, and hands it to the composer when it goes', async () => {
    const { change } = show({ status: 'working', turns: [{ ...turn, items: [you('1'), asked] }] });
    button('Red').focus();
    button('Red').click();
    expect([isEnabled(button('Red')), document.activeElement === button('Red')]).toEqual([false, true]);
    change({ type: 'item', turnId: 't', item: you('2') });
    await Promise.resolve();
    expect(document.activeElement === composer()).toBe(true);
  });

  it('is answered in the composer as well', () => {
    show({ status: 'working', turns: [{ ...turn, items: [you('1'), asked] }] });
    button('Answer in your own words').click();
    expect(document.activeElement === composer()).toBe(true);
  });

  it('is not asked any more once the person has said something, or a later turn has begun', () => {
    const { change } = show({ status: 'working', turns: [{ ...turn, items: [you('1'), asked] }] });
    change({ type: 'item', turnId: 't', item: you('2') });
    expect([groups().includes('Question: Which colour?'), hasButton('Red')]).toEqual([true, false]);
    show({
      status: 'working',
      turns: [
        { ...turn, items: [you('1'), asked] },
        { ...turn, id: 'u', items: [] },
      ],
    });
    expect(hasButton('Red')).toBe(false);
  });
});
