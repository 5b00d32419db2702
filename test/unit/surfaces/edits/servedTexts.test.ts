import { describe, expect, it } from 'vitest';
import { ServedTexts } from '../../../../src/surfaces/edits/servedTexts';

/** What the server does for one patch of a file: it reads it for the proposal, and once more before it writes. */
function readForWrite(texts: ServedTexts, text: string): void {
  texts.add('a', { text }, false);
  texts.add('a', { text }, true);
}

/** The base of a write, which is spent by it. */
function write(texts: ServedTexts, next: string): string | undefined {
  const base = texts.baseOf('a', next);
  if (base) texts.spend('a', base);
  return base?.text;
}

describe('ServedTexts', () => {
  it('remembers the last text of each file', () => {
    const texts = new ServedTexts();
    texts.add('a', { text: '1' }, false);
    texts.add('a', { text: '2' }, false);
    texts.add('b', { text: '3' }, false);
    texts.delete('b');
    expect([texts.latest('a')?.text, texts.latest('b'), texts.baseOf('a', '1')?.text]).toEqual(['2', undefined, '2']);
  });

  it('gives each of two conversations the text that it read, in whatever order they write', () => {
    const [first, second] = ['one\ntwo\nthree\nfour\n', 'one\ntwo typed\nthree\nfour\n'];
    for (const order of [0, 1]) {
      const texts = new ServedTexts();
      readForWrite(texts, first);
      readForWrite(texts, second);
      const writes = [first.replace('four', 'FOUR'), second.replace('one', 'ONE')];
      if (order === 1) writes.reverse();
      const bases = writes.map((next) => write(texts, next));
      expect(order === 1 ? bases.reverse() : bases).toEqual([first, second]);
    }
  });

  it('gives two conversations that read the same text that text, also when the first has written', () => {
    const texts = new ServedTexts();
    readForWrite(texts, 'one\n');
    readForWrite(texts, 'one\n');
    expect(write(texts, 'two\n')).toBe('one\n');
    texts.add('a', { text: 'two\n' }, false);
    expect(write(texts, 'one\nthree\n')).toBe('one\n');
  });

  it('does not take a change back to an earlier text for one of that text', () => {
    const texts = new ServedTexts();
    readForWrite(texts, 'one\ntwo\n');
    expect(write(texts, 'ONE\ntwo\n')).toBe('one\ntwo\n');
    readForWrite(texts, 'ONE\ntwo\n');
    expect(write(texts, 'one\ntwo\n')).toBe('ONE\ntwo\n');
  });

  it('awaits no write any more when a patch has ended without one', () => {
    const texts = new ServedTexts();
    readForWrite(texts, 'one\n');
    texts.settle('a');
    readForWrite(texts, 'ONE\n');
    expect(write(texts, 'one\n')).toBe('ONE\n');
  });

  it('keeps at most four texts of one file', () => {
    const texts = new ServedTexts();
    for (const text of ['1', '22', '333', '4444', '55555']) texts.add('a', { text }, true);
    expect(['1', '22'].map((text) => texts.baseOf('a', text)?.text)).toEqual(['22', '22']);
  });

  it('follows a file that is moved', () => {
    const texts = new ServedTexts();
    texts.add('a', { text: '1' }, true);
    texts.move('a', 'b');
    expect([texts.latest('a'), texts.baseOf('b', '2')?.text]).toEqual([undefined, '1']);
  });

  it('forgets what was served longest ago when it holds too much, but never the newest', () => {
    const texts = new ServedTexts(10);
    texts.add('a', { text: '12345' }, false);
    texts.add('b', { text: '12345' }, false);
    texts.add('a', { text: '1234' }, false);
    texts.add('c', { text: '12345' }, false);
    expect(['a', 'b', 'c'].map((key) => texts.latest(key) !== undefined)).toEqual([true, false, true]);
    texts.add('d', { text: '12345678901234' }, true);
    expect(['a', 'c', 'd'].map((key) => texts.latest(key) !== undefined)).toEqual([false, false, true]);
  });
});
