import { describe, expect, it, vi } from 'vitest';
import { RememberedChoices } from '../../../../src/surfaces/chat/rememberedChoices';

/** A storage of the workspace, over reloads of the window. */
function storage(initial: Readonly<Record<string, unknown>> = {}) {
  const values = new Map(Object.entries(initial));
  const update = vi.fn((key: string, value: unknown) => {
    values.set(key, structuredClone(value));
    return Promise.resolve();
  });
  return { keys: () => [...values.keys()], get: (key: string) => values.get(key) as never, update };
}

const CHOICES = {
  mode: 'agent',
  model: 'gpt-5.5',
  effort: 'high',
  tier: { id: 'priority', name: 'Fast' },
  folder: '/project',
} as const;

describe('RememberedChoices', () => {
  it('knows after a reload what was chosen for a thread, and nothing of others', () => {
    const memento = storage();
    new RememberedChoices(memento).keep('t', CHOICES);
    const reloaded = new RememberedChoices(memento);
    expect([reloaded.recall('t'), reloaded.recall('other')]).toEqual([CHOICES, {}]);
  });

  it('writes only what is new', () => {
    const memento = storage();
    const choices = new RememberedChoices(memento);
    choices.keep('t', CHOICES);
    choices.keep('t', { ...CHOICES, tier: { ...CHOICES.tier } });
    expect(memento.update).toHaveBeenCalledTimes(1);
    choices.keep('t', { ...CHOICES, tier: { id: 'default', name: 'Standard' } });
    expect(memento.update).toHaveBeenCalledTimes(2);
  });

  it('forgets choices and notes of a conversation for good', () => {
    const memento = storage();
    const choices = new RememberedChoices(memento);
    choices.keep('t', CHOICES);
    choices.keepNotes('t', ['note']);
    choices.forget('t');
    const reloaded = new RememberedChoices(memento);
    expect([reloaded.recall('t'), reloaded.recallNotes('t')]).toEqual([{}, []]);
  });

  it('takes choices that were kept before there were tiers', () => {
    const old = { mode: 'ask', model: '', effort: '', folder: '/project' };
    expect(new RememberedChoices(storage({ choices: { t: old } })).recall('t')).toEqual(old);
  });
});
