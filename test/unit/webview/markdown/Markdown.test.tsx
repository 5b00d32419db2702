// @vitest-environment jsdom
import { createSignal } from 'solid-js';
import { render } from 'solid-js/web';
import { afterEach, describe, expect, it } from 'vitest';
import { Markdown } from '../../../../webview/ui/markdown/Markdown';

let dispose: (() => void) | undefined;
let opened: string[] = [];
let copied: string[] = [];

function show(text: string): { host: HTMLElement; setText: (text: string) => void } {
  opened = [];
  copied = [];
  const [current, setText] = createSignal(text);
  const host = document.createElement('div');
  document.body.append(host);
  dispose = render(
    () => (
      <Markdown
        text={current()}
        streaming={true}
        onOpenLink={(href) => opened.push(href)}
        onCopy={(code) => copied.push(code)}
        onInsertCode={() => undefined}
        onApplyCode={() => undefined}
      />
    ),
    host,
  );
  return { host, setText };
}

function elementOf(text: string, selector: string): HTMLElement {
  return show(text).host.querySelector<HTMLElement>(selector)!;
}

afterEach(() => {
  dispose?.();
  document.body.replaceChildren();
});

describe('Markdown', () => {
  it('renders emphasis, deletions and inline code', () => {
    const { host } = show('*em* **strong** ~~del~~ `a < b`');
    expect(['em', 'strong', 'del', 'code'].map((name) => host.querySelector(name)?.textContent)).toEqual([
      'em',
      'strong',
      'del',
      'a < b',
    ]);
  });

  it('renders headings below those of the page', () => {
    const { host } = show('# One\n\n## Two\n\n###### Six');
    expect([...host.querySelectorAll('h3, h4, h6')].map((heading) => heading.textContent)).toEqual([
      'One',
      'Two',
      'Six',
    ]);
    expect(host.querySelector('h1, h2')).toBeNull();
  });

  it('tells a screen reader levels of headings without a gap, whatever depths the model chose', () => {
    const { host } = show('## Two\n\n## Two again\n\n#### Four\n\n# One\n\n### Three');
    const levels = [...host.querySelectorAll('[aria-level]')].map((heading) => heading.getAttribute('aria-level'));
    expect(levels).toEqual(['2', '2', '3', '2', '3']);
  });

  it('renders nested lists, the first number of a list and tasks', () => {
    const { host } = show('3. three\n   - inner\n\nbetween\n\n- [x] done\n- [ ] open');
    expect(host.querySelector('ol')?.getAttribute('start')).toBe('3');
    expect(host.querySelector('ol ul li')?.textContent).toBe('inner');
    const boxes = [...host.querySelectorAll<HTMLInputElement>('input[type=checkbox]')];
    expect(boxes.map((box) => [box.checked, box.disabled])).toEqual([
      [true, true],
      [false, true],
    ]);
    expect(host.querySelectorAll('li.task')[1]?.textContent).toBe('open');
  });

  it('renders quotes, rules and tables', () => {
    const { host } = show('> quoted\n\n---\n\n| a | b |\n|---|--:|\n| 1 | **2** |');
    expect(host.querySelector('blockquote p')?.textContent).toBe('quoted');
    expect(host.querySelector('hr')).not.toBeNull();
    expect([...host.querySelectorAll('th, td')].map((cell) => cell.textContent)).toEqual(['a', 'b', '1', '2']);
    expect(host.querySelector('td.align-right strong')?.textContent).toBe('2');
  });

  it('shows the language of a code block and copies its code', () => {
    const { host } = show('```ts title\nconst a = "<b>";\n```\n');
    expect(host.querySelector('.code-bar')?.textContent).toContain('ts');
    expect(host.querySelector('pre code')?.textContent).toBe('const a = "<b>";');
    host.querySelector<HTMLButtonElement>('button[aria-label="Copy code: ts"]')!.click();
    expect(copied).toEqual(['const a = "<b>";']);
  });

  it.each(['https://example.com/a', 'mailto:a@example.com', 'src/a.ts:12', './x.md', '../a/b.ts#L5'])(
    'opens %s through its owner and shows where it leads',
    (target) => {
      const link = elementOf(`[text](${target})`, '.link');
      expect(link.title).toBe(target);
      link.click();
      expect(opened).toEqual([target]);
    },
  );

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,x',
    'command:a.b',
    'vscode://x',
    '//host/share',
  ])('shows a link to %s as text', (target) => {
    const { host } = show(`before [text](${target}) after`);
    expect(host.querySelector('a, .link')).toBeNull();
    expect(host.textContent).toBe('before text after');
  });

  it('shows a picture as a link with its words, and loads nothing', () => {
    const { host } = show('![the chart](https://example.com/a.png)');
    expect(host.querySelector('img')).toBeNull();
    expect(host.querySelector('.link')?.textContent).toBe('the chart');
  });

  it.each([
    '<img src=x onerror=alert(1)>',
    'inline <img src=x onerror=alert(1)> image',
    '<script>alert(1)</script>',
    'inline <script>alert(1)</script>',
    '<svg onload=alert(1)></svg>',
    '<iframe src="javascript:alert(1)"></iframe>',
    '<a href="javascript:alert(1)">x</a>',
    '<style>*{display:none}</style>',
    '- <img src=x onerror=alert(1)>',
    '> <script>alert(1)</script>',
    '| <img src=x onerror=alert(1)> |\n|---|\n| <script>alert(1)</script> |',
  ])('shows the HTML of %j as it is written', (text) => {
    const { host } = show(text);
    expect(host.querySelector('img, script, svg, iframe, a, style')).toBeNull();
    expect(host.innerHTML).not.toMatch(/<[^>]*\son\w+=/);
    for (const tag of text.match(/<[^>]+>/g) ?? []) expect(host.textContent).toContain(tag);
  });

  it('keeps the elements of finished blocks while the text grows', () => {
    const { host, setText } = show('# Title\n\nfirst\n\n- a\n- b\n\nlast');
    const before = [...host.querySelector('.markdown')!.children].slice(0, 3);
    setText('# Title\n\nfirst\n\n- a\n- b\n\nlast words\n\nand more');
    expect([...host.querySelector('.markdown')!.children].slice(0, 3)).toEqual(before);
    before.forEach((element, index) => expect(host.querySelector('.markdown')!.children[index]).toBe(element));
    expect(host.textContent).toContain('last words');
  });

  it.each([
    ['a list', '- one\n- **two**\n  - inner\n\n  ```ts\n  let a;\n  ```\n- three', 'li, li strong, li pre code, li li'],
    ['a loose list', '1. one\n\n2. two\n\n3. three', 'li:not(:last-child) p'],
    ['a quote', '> one *word*\n>\n> - two\n>\n> three', 'blockquote p em, blockquote li'],
    ['a table', '| a | b |\n|---|---|\n| *1* | 2 |\n| 3', 'table, th, td em'],
  ])('keeps the elements of %s that grows, but for the words at its end', (_name, text, selector) => {
    const { host, setText } = show(text);
    const before = [...host.querySelectorAll(selector)];
    expect(before.length).toBeGreaterThan(1);
    setText(`${text} and`);
    setText(`${text} and more`);
    const now = [...host.querySelectorAll(selector)];
    expect(now).toHaveLength(before.length);
    before.forEach((element, index) => expect(now[index] === element).toBe(true));
    expect(host.textContent).toContain('and more');
  });

  it('lets each block choose its own direction', () => {
    const { host } = show('# שלום\n\nمرحبا\n\n> quote\n\n- item');
    for (const selector of ['h3', 'p', 'blockquote', 'ul']) {
      expect(host.querySelector(selector)?.getAttribute('dir')).toBe('auto');
    }
  });

  it('resolves a link whose definition comes after it', () => {
    const { host, setText } = show('see [docs]\n\n');
    expect(host.querySelector('.link')).toBeNull();
    setText('see [docs]\n\n[docs]: https://example.com/\n');
    expect(host.querySelector<HTMLElement>('.link')?.title).toBe('https://example.com/');
  });
});
