// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import type {
  ContentionView,
  ConversationView,
  FileChangeView,
  TurnView,
  UnreviewedFileView,
} from '../../../src/shared/conversation';
import { all, button, composer, hasButton, nameOf, openChatPage, posted, show } from '../../support/chatPage';

openChatPage();

const unreviewed = (name: string, fields: Partial<UnreviewedFileView> = {}): UnreviewedFileView => ({
  path: `/project/${name}`,
  label: name,
  kind: 'update',
  added: 2,
  removed: 1,
  gap: false,
  ...fields,
});

const bar = (): HTMLElement | undefined => all('[role=region][aria-label="Unreviewed changes"]')[0];
const rows = (): HTMLElement[] => all('.review-files > li');
const namesIn = (element: HTMLElement | undefined): string[] =>
  [...(element?.querySelectorAll<HTMLElement>('button') ?? [])].map(nameOf);
const buttonIn = (element: HTMLElement | undefined, name: string): HTMLButtonElement => {
  const found = [...(element?.querySelectorAll('button') ?? [])].find((each) => nameOf(each) === name);
  if (!found) throw new Error(`There is no “${name}” in it, only: ${namesIn(element).join(', ')}`);
  return found;
};
const openList = (): void => buttonIn(bar(), 'Changed files').click();
/** Focus moves once the page has been painted anew. */
const settled = (): Promise<void> => Promise.resolve();

/** A conversation of one finished turn, with a message of the person and these changed files. */
function changed(files: readonly string[], fields: Partial<ConversationView> = {}, movedTo: string | null = null) {
  const changes = files.map((name): FileChangeView => {
    return { path: `/project/${name}`, label: name, kind: 'update', movedTo, diff: '', added: 2, removed: 1 };
  });
  const turn: TurnView = {
    id: 'turn-1',
    status: 'completed',
    startedAtMs: 1,
    durationMs: 1,
    problem: null,
    items: [
      { type: 'you', id: 'you', text: 'Fix it', attachments: [] },
      { type: 'files', id: 'files', status: 'completed', changes, notes: [] },
      { type: 'you', id: 'steered', text: 'And be quick', attachments: [] },
    ],
  };
  return show({ turns: [turn], ...fields });
}

describe('the bar of unreviewed changes', () => {
  it('is not there when everything is reviewed', () => {
    show({ unreviewed: [] });
    expect(bar()).toBeUndefined();
  });

  it('says how many files and lines there are, and offers to keep, undo and review them all', () => {
    const { conversation } = show({ unreviewed: [unreviewed('a.ts'), unreviewed('b.ts', { added: 12, removed: 2 })] });
    expect(bar()?.textContent).toContain('2 files with unreviewed changes');
    expect(bar()?.textContent).toContain('+14 −3');
    for (const name of ['Keep all', 'Undo all', 'Review']) buttonIn(bar(), name).click();
    expect(posted.messages).toEqual([
      { type: 'review', key: conversation.key, action: 'keep', path: null },
      { type: 'review', key: conversation.key, action: 'undo', path: null },
      { type: 'openReview', key: conversation.key, path: null },
    ]);
  });

  it('lists the files when it is unfolded, each with what can be done with it', () => {
    const { conversation } = show({ unreviewed: [unreviewed('a.ts'), unreviewed('b.ts')] });
    expect(rows()).toHaveLength(0);
    openList();
    expect(rows().map(namesIn)).toEqual([
      ['a.ts', 'Keep', 'Undo'],
      ['b.ts', 'Keep', 'Undo'],
    ]);
    for (const name of ['b.ts', 'Keep', 'Undo']) buttonIn(rows()[1], name).click();
    const about = { key: conversation.key, path: '/project/b.ts' };
    expect(posted.messages).toEqual([
      { type: 'openReview', ...about },
      { type: 'review', action: 'keep', ...about },
      { type: 'review', action: 'undo', ...about },
    ]);
  });

  it('does not offer to undo a file whose earlier text is unknown', () => {
    const { change } = show({ unreviewed: [unreviewed('gap.json', { gap: true }), unreviewed('b.ts')] });
    openList();
    expect(rows()[0]?.textContent).toContain('earlier text unknown');
    expect(namesIn(rows()[0])).toEqual(['gap.json', 'Keep']);
    expect(button('Undo all').disabled).toBe(false);
    change({ type: 'set', fields: { unreviewed: [unreviewed('gap.json', { gap: true })] } });
    expect([button('Undo all').disabled, button('Keep all').disabled]).toEqual([true, false]);
  });

  it('shows the first 50 of many files until all are asked for, and goes on where the first ended', () => {
    show({ unreviewed: Array.from({ length: 312 }, (_, index) => unreviewed(`${index}.ts`)) });
    openList();
    expect(all('.review-files .path-button')).toHaveLength(50);
    button('Show all 312 files').focus();
    button('Show all 312 files').click();
    expect(all('.review-files .path-button')).toHaveLength(312);
    expect(nameOf(document.activeElement as HTMLElement)).toBe('50.ts');
  });

  it('keeps its rows, and the focus in them, when the counts change', () => {
    const { change } = show({ unreviewed: [unreviewed('a.ts'), unreviewed('b.ts')] });
    openList();
    buttonIn(rows()[1], 'Undo').focus();
    const focused = document.activeElement;
    change({ type: 'set', fields: { unreviewed: [unreviewed('a.ts'), unreviewed('b.ts', { added: 9 })] } });
    expect(document.activeElement === focused).toBe(true);
    expect(rows()[1]?.textContent).toContain('+9');
  });

  it('moves the focus to the same button of the next file, then of the one before', async () => {
    const { change } = show({ unreviewed: ['a.ts', 'b.ts', 'c.ts'].map((name) => unreviewed(name)) });
    openList();
    buttonIn(rows()[1], 'Undo').focus();
    change({ type: 'set', fields: { unreviewed: ['a.ts', 'c.ts'].map((name) => unreviewed(name)) } });
    await settled();
    expect(document.activeElement === buttonIn(rows()[1], 'Undo')).toBe(true);
    change({ type: 'set', fields: { unreviewed: [unreviewed('a.ts')] } });
    await settled();
    expect(document.activeElement === buttonIn(rows()[0], 'Undo')).toBe(true);
  });

  it('gives the focus to the composer when it goes with it', async () => {
    const { change } = show({ unreviewed: [unreviewed('a.ts')] });
    openList();
    buttonIn(rows()[0], 'Keep').focus();
    change({ type: 'set', fields: { unreviewed: [] } });
    await settled();
    expect(document.activeElement === composer()).toBe(true);
  });

  it('leaves the focus alone when it goes without it', async () => {
    const { change } = show({ unreviewed: [unreviewed('a.ts')] });
    button('History').focus();
    change({ type: 'set', fields: { unreviewed: [] } });
    await settled();
    expect(nameOf(document.activeElement as HTMLElement)).toBe('History');
  });
});

describe('a file change in the transcript', () => {
  const cards = (): HTMLElement[] => all('.files .card');

  it('can be kept or undone while it is not reviewed', () => {
    const { conversation, change } = changed(['a.ts', 'b.ts'], { unreviewed: [unreviewed('b.ts')] });
    expect(cards().map(namesIn)).toEqual([
      ['a.ts', 'Show changes'],
      ['b.ts', 'Keep', 'Undo', 'Show changes'],
    ]);
    buttonIn(cards()[1], 'Undo').click();
    const about = { key: conversation.key, path: '/project/b.ts' };
    expect(posted.messages).toEqual([{ type: 'review', action: 'undo', ...about }]);
    change({ type: 'set', fields: { unreviewed: [] } });
    expect(hasButton('Undo')).toBe(false);
  });

  it('is found under its new name when the file was moved', () => {
    changed(['old.ts'], { unreviewed: [unreviewed('new.ts')] }, '/project/new.ts');
    expect(namesIn(cards()[0])).toContain('Keep');
  });

  it('that is only proposed or was declined offers nothing to keep', () => {
    const { conversation, change } = changed(['a.ts'], { unreviewed: [unreviewed('a.ts')] });
    const item = conversation.turns[0]!.items[1]!;
    for (const status of ['working', 'declined'] as const) {
      if (item.type === 'files') change({ type: 'item', turnId: 'turn-1', item: { ...item, status } });
      expect(namesIn(cards()[0])).not.toContain('Keep');
    }
  });

  it('hands the focus on to the next file that is not reviewed, and to its own row after the last', async () => {
    const { change } = changed(['a.ts', 'b.ts'], { unreviewed: [unreviewed('a.ts'), unreviewed('b.ts')] });
    buttonIn(cards()[0], 'Keep').focus();
    change({ type: 'set', fields: { unreviewed: [unreviewed('b.ts')] } });
    await settled();
    expect(document.activeElement === buttonIn(cards()[1], 'Keep')).toBe(true);
    change({ type: 'set', fields: { unreviewed: [] } });
    await settled();
    expect(nameOf(document.activeElement as HTMLElement)).toBe('b.ts');
  });

  it('of a step with hundreds of files is among the first 50 or waits to be asked for', () => {
    changed(Array.from({ length: 80 }, (_, index) => `${index}.ts`));
    expect(cards()).toHaveLength(50);
    button('Show all 80 files').click();
    expect(cards()).toHaveLength(80);
  });
});

describe('the end of a turn', () => {
  it('offers nothing when the turn changed no file', () => {
    changed(['a.ts']);
    expect([hasButton('View changes'), hasButton('Undo turn')]).toEqual([false, false]);
  });

  it('offers to view and to undo what the turn changed, once it has ended', () => {
    const changedTurns = [{ turnId: 'turn-1', files: 2, undone: false }];
    const { conversation, change } = changed(['a.ts'], { changedTurns });
    button('View changes').click();
    button('Undo turn').click();
    const about = { type: 'turn', key: conversation.key, turnId: 'turn-1' };
    expect(posted.messages).toEqual([
      { ...about, action: 'openChanges' },
      { ...about, action: 'undo' },
    ]);
    const head = { id: 'turn-1', startedAtMs: 1, durationMs: null, problem: null };
    change({ type: 'turn', turn: { ...head, status: 'working' } });
    expect(hasButton('Undo turn')).toBe(false);
  });

  it('turns its undo into a redo, under the same focus', () => {
    const { conversation, change } = changed([], { changedTurns: [{ turnId: 'turn-1', files: 1, undone: false }] });
    button('Undo turn').focus();
    change({ type: 'set', fields: { changedTurns: [{ turnId: 'turn-1', files: 1, undone: true }] } });
    expect(nameOf(document.activeElement as HTMLElement)).toBe('Redo turn');
    expect(document.body.textContent).toContain('Changes to 1 file taken back');
    button('Redo turn').click();
    expect(posted.messages).toEqual([{ type: 'turn', key: conversation.key, turnId: 'turn-1', action: 'redo' }]);
  });
});

describe('the message that began a turn', () => {
  it('can be gone back before, and only that one', () => {
    const { conversation } = changed([]);
    expect(all('button').filter((each) => nameOf(each) === 'Restore checkpoint…')).toHaveLength(1);
    expect(all('article.you')[0]?.contains(button('Restore checkpoint…'))).toBe(true);
    button('Restore checkpoint…').click();
    expect(posted.messages).toEqual([{ type: 'turn', key: conversation.key, turnId: 'turn-1', action: 'restore' }]);
  });

  it('hands the focus to the composer when it is taken out of the conversation', async () => {
    const { change } = changed([]);
    button('Restore checkpoint…').focus();
    change({ type: 'dropTurns' });
    await settled();
    expect(document.activeElement === composer()).toBe(true);
  });
});

describe('a file that another conversation is about to write', () => {
  const shared = (role: ContentionView['role'], name = 'shop.ts'): ContentionView => ({
    path: `/project/${name}`,
    label: name,
    otherKey: 'other',
    otherTitle: 'Add a basket',
    role,
  });
  const lines = (): string[] => all('.contention-text').map(nameOf);

  it('is named with the other conversation, whichever of the two waits', () => {
    const { change } = show({ contention: [shared('waits'), shared('isWaitedFor'), shared('warned')] });
    expect(lines()).toEqual([
      'Waiting: “Add a basket” is about to change shop.ts.',
      '“Add a basket” waits for this conversation to finish with shop.ts.',
      '“Add a basket” is about to change shop.ts as well.',
    ]);
    expect(all('.contention button').map(nameOf)).toEqual(['Continue now']);
    change({ type: 'set', fields: { contention: [] } });
    expect(lines()).toEqual([]);
  });

  it('is announced politely: what will say it is there before', () => {
    const { change } = show();
    const region = all('.contention')[0];
    change({ type: 'set', fields: { contention: [shared('waits')] } });
    expect(region?.getAttribute('aria-live')).toBe('polite');
    expect(region?.textContent).toContain('Waiting');
  });

  it('need not be waited for, and the focus goes on to the next that is waited for', async () => {
    const { conversation, change } = show({
      contention: [shared('waits'), shared('warned'), shared('waits', 'b.ts')],
    });
    button('Continue now').focus();
    button('Continue now').click();
    expect(posted.messages).toEqual([{ type: 'proceed', key: conversation.key, path: '/project/shop.ts' }]);
    change({ type: 'set', fields: { contention: [shared('warned'), shared('waits', 'b.ts')] } });
    await settled();
    expect(document.activeElement === button('Continue now')).toBe(true);
    change({ type: 'set', fields: { contention: [shared('warned')] } });
    await settled();
    expect(document.activeElement === composer()).toBe(true);
  });
});
