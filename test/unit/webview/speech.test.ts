import { describe, expect, it } from 'vitest';
import { spoken } from '../../../webview/chat/speech';

describe('spoken', () => {
  it('is whole sentences, each said once', () => {
    const text = 'First one. Second one! And a thi';
    const first = spoken(text, 0, false);
    expect(first.words).toBe('First one. Second one!');
    expect(spoken(`${text}rd?`, first.upTo, false)).toEqual({ words: '', upTo: first.upTo });
    expect(spoken(`${text}rd?`, first.upTo, true).words).toBe('And a third?');
  });

  it('takes no dot within a word for the end of a sentence', () => {
    expect(spoken('It is in main.ts and v1.2', 0, false).words).toBe('');
  });

  it('is what one would read aloud, without the signs of Markdown', () => {
    const text = '# Title\n- **Bold** and `code`\n> A [link](file:///a.ts#L3).\n```ts\nlet x;\n```\n';
    expect(spoken(text, 0, false).words).toBe('Title Bold and code A link. let x;');
  });

  it('is cut where it is long', () => {
    const { words, upTo } = spoken('Word '.repeat(1_000), 0, true);
    expect([words.length, upTo]).toEqual([401, 5_000]);
  });
});
