// @vitest-environment jsdom
import { createRoot, createSignal } from 'solid-js';
import { createStore, produce } from 'solid-js/store';
import { describe, expect, it } from 'vitest';
import { applyDelta } from '../../../src/shared/applyDelta';
import type { ConversationView, Delta, ItemView, TurnView } from '../../../src/shared/conversation';
import { createRows, type Rows, turnContents } from '../../../webview/chat/rows';
import { replayStart } from '../../support/replay';

const you = (id = 'y'): ItemView => ({ type: 'you', id, text: 'Do it', attachments: [] });
const words = (id: string, text = 'Words'): ItemView => ({ type: 'message', id, text, streaming: true });
const step = (id: string): ItemView => ({
  type: 'step',
  id,
  icon: 'gear',
  verb: 'Used',
  subject: '',
  status: 'completed',
  durationMs: null,
  text: '',
});
const turn = (id: string, items: ItemView[], fields: Partial<TurnView> = {}): TurnView => ({
  id,
  status: 'completed',
  startedAtMs: 1,
  durationMs: null,
  problem: null,
  items,
  ...fields,
});
const shown = (contents: ReturnType<typeof turnContents>): string[] =>
  contents.map((content) => ('item' in content ? content.item.id : content.part));

describe('the rows of a turn', () => {
  const items = [words('hello'), you(), step('a'), step('b'), words('done')];

  it('begin with the message that began it, and fold the work of a finished turn into one line', () => {
    expect(shown(turnContents(turn('t', items), false, false))).toEqual(['y', 'fold', 'hello', 'done']);
    expect(shown(turnContents(turn('t', items), true, false))).toEqual(['y', 'fold', 'hello', 'a', 'b', 'done']);
  });

  it.each(['working', 'stopped', 'failed'] as const)('show all work of a turn that is %s', (status) => {
    const contents = shown(turnContents(turn('t', items, { status }), false, false));
    expect(contents.slice(0, 5)).toEqual(['y', 'hello', 'a', 'b', 'done']);
  });

  it('fold no single step', () => {
    expect(shown(turnContents(turn('t', [you(), step('a'), words('w')]), false, false))).toEqual(['y', 'a', 'w']);
  });

  it('end with how the turn ended, and with its changes once it has', () => {
    const problem = { title: 'Failed', detail: '', actions: [] };
    const endOf = (fields: Partial<TurnView>, hasChanges: boolean): boolean =>
      shown(turnContents(turn('t', [you()], fields), false, hasChanges)).includes('end');
    expect(endOf({ status: 'completed' }, false)).toBe(false);
    expect(endOf({ status: 'completed' }, true)).toBe(true);
    expect(endOf({ status: 'working' }, true)).toBe(false);
    expect(endOf({ status: 'stopped' }, false)).toBe(true);
    expect(endOf({ status: 'failed', problem }, false)).toBe(true);
  });
});

function following(turns: TurnView[]) {
  return createRoot((dispose) => {
    const [view, setView] = createStore<ConversationView>({ ...replayStart(), turns });
    const [unfolded, setUnfolded] = createSignal('');
    const [changed, setChanged] = createSignal(0);
    const rows = createRows(
      () => view.turns,
      changed,
      () => ({ isUnfolded: (turnId) => unfolded() === turnId, hasChanges: () => false }),
    );
    const change = (...deltas: Delta[]): Rows => {
      setView(
        produce((draft) => {
          for (const delta of deltas) applyDelta(draft, delta);
        }),
      );
      setChanged((count) => count + 1);
      return rows();
    };
    return { rows, change, setUnfolded, dispose };
  });
}

describe('rows that are followed', () => {
  const start = (): TurnView[] => [turn('t1', [you('y1'), words('a')]), turn('t2', [you('y2'), words('b')])];

  it('stay the very same while words stream into one of them', () => {
    const { rows, change } = following(start());
    const before = rows();
    expect(change({ type: 'append', turnId: 't2', itemId: 'b', text: ' more' })).toBe(before);
  });

  it('stay the same objects when a row is added', () => {
    const { rows, change } = following(start());
    const before = rows().list;
    const after = change({ type: 'item', turnId: 't2', item: words('c') });
    expect(after.list.slice(0, 4).every((row, index) => row === before[index])).toBe(true);
    expect([after.list.length, after.isPrepended]).toEqual([5, false]);
  });

  it('tell that all new ones came before all others', () => {
    const { rows, change } = following(start());
    const before = rows().list;
    const after = change({ type: 'earlierTurns', turns: [turn('t0', [you('y0'), words('z')])] });
    expect(after.list.map(({ key }) => key).slice(0, 2)).toEqual(['t0/y0/you', 't0/z/message']);
    expect(after.list.slice(2).every((row, index) => row === before[index])).toBe(true);
    expect(after.isPrepended).toBe(true);
    expect(change({ type: 'item', turnId: 't2', item: words('c') }).isPrepended).toBe(false);
  });

  it('are made anew for an item that became another kind', () => {
    const { rows, change } = following(start());
    const before = rows().list[3];
    const after = change({ type: 'item', turnId: 't2', item: { type: 'notice', id: 'b', text: 'n' } });
    expect(after.list[3] === before).toBe(false);
    expect(after.list[3]?.key).toBe('t2/b/notice');
  });

  it('come and go with what is unfolded', () => {
    const { rows, setUnfolded } = following([turn('t1', [you('y1'), step('a'), step('b'), words('c')])]);
    expect(rows().list).toHaveLength(3);
    setUnfolded('t1');
    expect(rows().list).toHaveLength(5);
  });
});
