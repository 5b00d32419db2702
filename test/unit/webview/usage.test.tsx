// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import type { ConversationView, TurnView, UsageView } from '../../../src/shared/conversation';
import type { LimitsView, LimitWindowView } from '../../../src/shared/limits';
import { all, button, hasButton, nameOf, openChatPage, posted, show } from '../../support/chatPage';
import { limitText } from '../../../webview/chat/composer/usage';
import { resetText } from '../../../webview/ui/format';

openChatPage();

const HOUR_MS = 3_600_000;
const COUNTS = { input: 1_200, cached: 1_000, output: 80, reasoning: 20 };
const turn: TurnView = { id: 'u', status: 'completed', startedAtMs: 0, durationMs: 1, problem: null, items: [] };
const usage = (usedTokens: number, fields: Partial<UsageView> = {}): UsageView => ({
  usedTokens,
  windowTokens: 100_000,
  last: COUNTS,
  total: { input: 40_000, cached: 30_000, output: 2_000, reasoning: 500 },
  ...fields,
});
const limit = (usedPercent: number, fields: Partial<LimitWindowView> = {}): LimitWindowView => ({
  name: '5-hour limit',
  usedPercent,
  resetsAtMs: Date.now() + HOUR_MS,
  ...fields,
});
const limits = (...windows: LimitWindowView[]): LimitsView => ({ windows, plan: 'Plus', credits: '12.5 credits' });
const ready: Partial<ConversationView> = { turns: [turn], threadId: 't', status: 'ready' };
const panel = (): HTMLElement | undefined => all('[role=dialog]')[0];
const openPanel = (name: string): HTMLElement => {
  button(name).click();
  const opened = panel();
  if (!opened) throw new Error('Nothing was opened');
  return opened;
};
const notices = (): string[] => all('.usage-notices p').map((line) => line.textContent.trim());
const rows = (): string[] =>
  all('[role=dialog] tr').map((row) => [...row.children].map((cell) => cell.textContent).join(' '));

describe('The context meter', () => {
  it.each([
    ['nothing', null, 'Context: 0 %'],
    ['less than a half', usage(42_000), 'Context: 42 %'],
    ['nearly four fifths', usage(79_400), 'Context: 79 %'],
    ['four fifths', usage(80_000), 'Context: 80 %, nearly full'],
    ['more than there is', usage(120_000), 'Context: 100 %, nearly full'],
    ['nobody knows how much', usage(12_300, { windowTokens: null }), 'Context: 12.3k tokens'],
  ])('with %s in the context is named', (_, shown, name) => {
    show({ ...ready, usage: shown });
    expect(hasButton(name)).toBe(true);
  });

  it('opens what is behind it, has the limits read anew, and takes the focus there and back', () => {
    show({ ...ready, usage: usage(42_000) }, { limits: limits(limit(40), limit(5, { name: 'weekly limit' })) });
    const meter = button('Context: 42 %');
    expect(openPanel('Context: 42 %')).toBe(document.activeElement);
    expect(meter.getAttribute('aria-expanded')).toBe('true');
    expect(posted.messages).toContainEqual({ type: 'refreshLimits' });
    expect(rows()).toEqual([
      'Tokens Last answer In all',
      'Input 1,200 40,000',
      'cached 1,000 30,000',
      'Output 80 2,000',
      'reasoning 20 500',
    ]);
    expect(all('[role=meter]').map((bar) => [nameOf(bar), bar.getAttribute('aria-valuenow')])).toEqual([
      ['Context used', '42'],
      ['5-hour limit', '40'],
      ['Weekly limit', '5'],
    ]);
    expect(panel()?.textContent).toContain('Plan: Plus · 12.5 credits');
    panel()?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    expect([panel(), document.activeElement]).toEqual([undefined, meter]);
  });

  it('closes for another press, a click elsewhere and another conversation', () => {
    show({ ...ready, usage: usage(10_000) });
    openPanel('Context: 10 %');
    button('Context: 10 %').click();
    expect(panel()).toBeUndefined();
    openPanel('Context: 10 %');
    document.body.dispatchEvent(new MouseEvent('pointerdown', { bubbles: true }));
    expect(panel()).toBeUndefined();
    openPanel('Context: 10 %');
    show(ready);
    expect(panel()).toBeUndefined();
  });

  it('stays open while the window is left, and closes when the focus goes elsewhere in the chat', () => {
    show({ ...ready, usage: usage(10_000) });
    const opened = openPanel('Context: 10 %');
    opened.dispatchEvent(new FocusEvent('focusout', { relatedTarget: null, bubbles: true }));
    expect(panel()).toBeDefined();
    opened.dispatchEvent(new FocusEvent('focusout', { relatedTarget: button('Send'), bubbles: true }));
    expect(panel()).toBeUndefined();
  });

  it('leaves out the parts of the last answer that a compaction does not tell', () => {
    show({ ...ready, usage: usage(7_000, { last: { input: 0, cached: 0, output: 0, reasoning: 0 } }) });
    openPanel('Context: 7 %');
    expect(rows()[1]).toBe('Input 40,000');
  });

  it('compacts, but not while Codex works, nor before anything was said', () => {
    const { conversation, change } = show({ ...ready, usage: usage(10_000) });
    openPanel('Context: 10 %');
    change({ type: 'set', fields: { status: 'working' } });
    expect(button('Compact now').disabled).toBe(true);
    expect(panel()?.textContent).toContain('compact when the turn has ended');
    change({ type: 'set', fields: { status: 'ready' } });
    button('Compact now').click();
    expect(posted.messages.at(-1)).toEqual({ type: 'runCommand', key: conversation.key, command: 'compact' });
    expect(panel()).toBeUndefined();
    show({ turns: [], threadId: null });
    openPanel('Context: 0 %');
    expect(button('Compact now').disabled).toBe(true);
    expect(panel()?.textContent).toContain('Codex tells of no limits for this account.');
  });
});

describe('The lines above the composer', () => {
  it('offer to compact from 90 % on, while nothing runs', () => {
    const { conversation, change } = show({ ...ready, usage: usage(89_000) });
    expect(notices()).toEqual([]);
    change({ type: 'set', fields: { usage: usage(93_000) } });
    expect(notices()).toEqual(['The model’s context is 93\u00a0% full.Compact now']);
    button('Compact now').click();
    expect(posted.messages.at(-1)).toEqual({ type: 'runCommand', key: conversation.key, command: 'compact' });
    change({ type: 'set', fields: { status: 'working' } });
    expect(notices()).toEqual([]);
  });

  it('tell of the limit that is nearest to its end, from 90 % on, until they are put away', () => {
    show(ready, { limits: limits(limit(89), limit(10)) });
    expect(notices()).toEqual([]);
    const tight = limits(limit(92), limit(97, { name: 'weekly limit' }));
    show(ready, { limits: tight });
    expect(notices()[0]).toMatch(/^97\u00a0% of the weekly limit is used; it resets /);
    button('Dismiss: usage limit').click();
    expect(notices()[0]).toMatch(/^92\u00a0% of the 5-hour limit is used; /);
    button('Dismiss: usage limit').click();
    expect(notices()).toEqual([]);
    show(ready, { limits: tight });
    expect(notices()).toEqual([]);
    show(ready, { limits: limits(limit(100, { name: 'weekly limit' })) });
    expect(notices()[0]).toMatch(/^The weekly limit is used up; it resets /);
  });

  it('say nothing of a limit that was due to reset', () => {
    show(ready, { limits: limits(limit(98, { resetsAtMs: Date.now() - 1 })) });
    expect(notices()).toEqual([]);
  });
});

describe('The pickers', () => {
  it('name mode, model, effort and a tier that is not the standard one', () => {
    const tier = { id: 'priority', name: 'Fast' };
    const { change } = show({ ...ready, model: 'gpt-5.5', effort: 'high', tier });
    expect(hasButton('Model: gpt-5.5 · high · Fast')).toBe(true);
    change({ type: 'set', fields: { tier: { id: 'default', name: 'Standard' } } });
    button('Model: gpt-5.5 · high').click();
    expect(posted.messages).toEqual([{ type: 'command', command: 'selectModel' }]);
  });

  it('say so where the organisation does not allow the mode', () => {
    show({ ...ready, mode: 'agent' }, { disallowedModes: ['agent', 'fullAccess'] });
    button('Mode: Agent, not allowed by your organisation').click();
    expect(posted.messages).toEqual([{ type: 'command', command: 'selectMode' }]);
  });
});

describe('The time of a reset', () => {
  const at = new Date(2026, 10, 23, 10, 0).getTime();
  it.each([
    [new Date(2026, 10, 23, 13, 20), /^resets at 1?\d[:.]20/],
    [new Date(2026, 10, 24, 0, 5), /^resets on Tuesday at /],
    [new Date(2026, 11, 24, 0, 5), /^resets on .*24.* at /],
    [new Date(2026, 10, 23, 9, 59), /^was due to reset at /],
  ])('%s is told as near as it is', (when, text) => {
    expect(resetText(when.getTime(), at)).toMatch(text);
  });

  it('is left out where it is not known', () => {
    expect(limitText({ name: 'weekly limit', usedPercent: 95, resetsAtMs: null }, at)).toBe(
      '95\u00a0% of the weekly limit is used.',
    );
  });
});
