// @vitest-environment jsdom
import { createSignal } from 'solid-js';
import { render } from 'solid-js/web';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { isOpenable } from '../../../../webview/ui/markdown/InlineView';
import { Markdown } from '../../../../webview/ui/markdown/Markdown';

let unmount: () => void = () => undefined;

afterEach(() => {
  unmount();
  document.body.replaceChildren();
});

/** Shows `text`; `update` lets it grow. */
function show(text: string) {
  const [value, update] = createSignal(text);
  const onOpenLink = vi.fn<(href: string) => void>();
  const onCopy = vi.fn<(text: string) => void>();
  const root = document.body.appendChild(document.createElement('main'));
  unmount = render(
    () => (
      <Markdown
        text={value()}
        streaming={false}
        onOpenLink={onOpenLink}
        onCopy={onCopy}
        onInsertCode={() => undefined}
        onApplyCode={() => undefined}
      />
    ),
    root,
  );
  const find = (selector: string): HTMLElement => {
    const element = root.querySelector<HTMLElement>(selector);
    if (!element) throw new Error(`no ${selector} in ${root.innerHTML}`);
    return element;
  };
  const texts = (selector: string) => [...root.querySelectorAll(selector)].map((element) => element.textContent);
  return { root, update, onOpenLink, onCopy, find, texts };
}

describe('Markdown, block by block', () => {
  it('puts headings below those of the page', () => {
    const { texts } = show('# One\n\n## Two\n\n###### Six');
    expect([texts('h3'), texts('h4'), texts('h6'), texts('h1'), texts('h2')]).toEqual([
      ['One'],
      ['Two'],
      ['Six'],
      [],
      [],
    ]);
  });

  it('shows the marks inside a paragraph', () => {
    const { find } = show('a **b** *c* ~~d~~ `e` \\* f  \ng');
    expect(find('p').innerHTML).toBe('a <strong>b</strong> <em>c</em> <del>d</del> <code dir="ltr">e</code> * f<br>g');
  });

  it('shows code with its language and copies exactly the code', () => {
    const { find, onCopy } = show('```js title=x\nlet a = "<b>";\n```');
    expect([find('.code-title').textContent, find('pre code').textContent]).toEqual(['x', 'let a = "<b>";']);
    find('button[aria-label="Copy code: x"]').click();
    expect(onCopy).toHaveBeenCalledExactlyOnceWith('let a = "<b>";');
  });

  it('shows a fence that is still open as code', () => {
    expect(show('```\nlet a').texts('pre code')).toEqual(['let a']);
  });

  it('shows indented code', () => {
    expect(show('    let a;').texts('pre code')).toEqual(['let a;']);
  });

  it('shows lists, nested, numbered from where they begin, and tasks', () => {
    const { find, root, texts } = show('3. three\n   - inner\n4. four\n\nwords\n\n- [x] done\n- [ ] open');
    expect(find('ol').getAttribute('start')).toBe('3');
    expect(texts('ol > li > ul > li')).toEqual(['inner']);
    const boxes = [...root.querySelectorAll<HTMLInputElement>('li.task input')];
    expect(boxes.map(({ checked, disabled }) => ({ checked, disabled }))).toEqual([
      { checked: true, disabled: true },
      { checked: false, disabled: true },
    ]);
    expect(texts('li.task').map((text) => text.trim())).toEqual(['done', 'open']);
  });

  it('shows loose lists with paragraphs', () => {
    expect(show('- one\n\n- two').texts('li p')).toEqual(['one', 'two']);
  });

  it('shows quotes, rules and tables', () => {
    const { find, root, texts } = show('> quoted\n\n---\n\n| a | b |\n|---|--:|\n| 1 | **2** |');
    expect(texts('blockquote p')).toEqual(['quoted']);
    expect(root.querySelectorAll('hr')).toHaveLength(1);
    expect([texts('th'), texts('td')]).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ]);
    expect(find('td strong').closest('td')?.className).toBe('align-right');
  });

  it('shows nothing of a link definition', () => {
    const { root } = show('[here][1]\n\n[1]: https://example.com');
    expect(root.textContent).toBe('here');
  });

  it('keeps the elements of finished blocks while the text grows', () => {
    const { root, update } = show('One\n\nTwo\n\nThr');
    const before = [...root.querySelectorAll('p')];
    update('One\n\nTwo\n\nThree\n\nFour');
    const after = [...root.querySelectorAll('p')];
    expect(after.map(({ textContent }) => textContent)).toEqual(['One', 'Two', 'Three', 'Four']);
    expect([after[0] === before[0], after[1] === before[1]]).toEqual([true, true]);
  });
});

describe('Markdown from a model that means harm', () => {
  const HARM = 'img, script, a, iframe, object, embed, form, style, link, svg, [onerror], [onload], [src], [href]';

  it.each([
    '<img src=x onerror=alert(1)>',
    'words <img src=x onerror=alert(1)> words',
    '<script>alert(1)</script>',
    'words <script>alert(1)</script>',
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert(1))',
    '[x](java\tscript:alert(1))',
    '[x](data:text/html,<script>alert(1)</script>)',
    '[x](vbscript:x)',
    '[x](//evil.example/a)',
    '[x](command:workbench.action.terminal.new)',
    '[x](vscode://file/etc/passwd)',
    '![x](http://evil.example/a.png)',
    '![x](data:image/svg+xml,<svg onload=alert(1)>)',
    '<http://evil.example>',
    '<a href="javascript:alert(1)">x</a>',
    '<iframe src="http://evil.example"></iframe>',
    '<svg onload=alert(1)>',
    '<style>* { display: none }</style>',
    '- <img src=x onerror=alert(1)>',
    '> <script>alert(1)</script>',
    '| <img src=x onerror=alert(1)> |\n|---|\n| <script>alert(1)</script> |',
    '# <img src=x onerror=alert(1)>',
    '```<img src=x onerror=alert(1)>\n<script>alert(1)</script>\n```',
    '[1]: javascript:alert(1)\n\n[x][1]',
  ])('makes no element of its own out of %j', (text) => {
    const { root } = show(text);
    expect([...root.querySelectorAll(HARM)].map(({ outerHTML }) => outerHTML)).toEqual([]);
  });

  it('shows the HTML as it was written', () => {
    expect(show('<img src=x onerror=alert(1)>').root.textContent).toBe('<img src=x onerror=alert(1)>');
    expect(show('a <b>c</b>').texts('p').at(-1)).toBe('a <b>c</b>');
  });

  it('offers no link to a scheme that could run something', () => {
    const { root } = show('[x](javascript:alert(1)) [y](command:a) [z](vscode://b)');
    expect([root.querySelectorAll('button').length, root.textContent]).toEqual([0, 'x y z']);
  });

  it('makes a picture a link: nothing is loaded', () => {
    const { find, onOpenLink } = show('![a cat](http://example.com/a.png)');
    expect(find('button.link').textContent).toBe('a cat');
    find('button.link').click();
    expect(onOpenLink).toHaveBeenCalledExactlyOnceWith('http://example.com/a.png');
  });
});

describe('links of a model', () => {
  it.each([
    'https://example.com/a?b#c',
    'http://localhost:3000',
    'mailto:a@example.com',
    'src/a.ts',
    './a.md',
    '../a b.md',
    // A word and a number are a file and a line, whatever the word: the host opens it as nothing else.
    'Makefile:12',
    'a.ts:12',
    'a.ts:12:3',
    'a.ts#L5',
    'a.ts#L5-L9',
    '/project/a.ts:12',
    'C:\\project\\a.ts',
    'file:///project/a.ts',
  ])('opens %s', (href) => {
    expect(isOpenable(href)).toBe(true);
  });

  it.each([
    '',
    '#anchor',
    '?query',
    '//example.com/a',
    '\\\\server\\share\\a',
    'javascript:alert(1)',
    'command:workbench.action.quit',
    'vscode://file/a',
    'data:text/html,x',
  ])('does not open %j', (href) => {
    expect(isOpenable(href)).toBe(false);
  });

  it('hands the address of a link to whoever opens it', () => {
    const { find, onOpenLink } = show('see [the code](src/a.ts:12)');
    find('button.link').click();
    expect(onOpenLink).toHaveBeenCalledExactlyOnceWith('src/a.ts:12');
  });
});
