import { describe, expect, it } from 'vitest';
import { ServedTexts } from '../../../../src/surfaces/edits/servedTexts';

describe('ServedTexts', () => {
  it('remembers the last text of each file', () => {
    const texts = new ServedTexts();
    texts.set('a', { text: '1' });
    texts.set('a', { text: '2' });
    texts.set('b', { text: '3' });
    texts.delete('b');
    expect([texts.get('a')?.text, texts.get('b')]).toEqual(['2', undefined]);
  });

  it('forgets what was served longest ago when it holds too much, but never the newest', () => {
    const texts = new ServedTexts(10);
    texts.set('a', { text: '12345' });
    texts.set('b', { text: '12345' });
    texts.set('a', { text: '1234' });
    texts.set('c', { text: '12345' });
    expect(['a', 'b', 'c'].map((key) => texts.get(key) !== undefined)).toEqual([true, false, true]);
    texts.set('d', { text: '12345678901234' });
    expect(['a', 'c', 'd'].map((key) => texts.get(key) !== undefined)).toEqual([false, false, true]);
  });
});
