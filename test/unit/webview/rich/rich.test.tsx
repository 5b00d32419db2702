// @vitest-environment jsdom
import { render } from 'solid-js/web';
import { afterEach, describe, expect, it } from 'vitest';
import { Markdown } from '../../../../webview/ui/markdown/Markdown';
import { richFence } from '../../../../webview/ui/rich/fences';
import { pictureOf } from '../../../../webview/ui/rich/picture';
import { eventually } from '../../../support/eventually';

let unmount: () => void = () => undefined;

afterEach(() => {
  unmount();
  document.body.replaceChildren();
});

function show(text: string): HTMLElement {
  const root = document.body.appendChild(document.createElement('main'));
  const nothing = (): undefined => undefined;
  unmount = render(
    () => (
      <Markdown
        text={text}
        streaming={false}
        onOpenLink={nothing}
        onCopy={nothing}
        onInsertCode={nothing}
        onApplyCode={nothing}
      />
    ),
    root,
  );
  return root;
}

describe('a formula', () => {
  it('is set as MathML, without style attributes and links', async () => {
    const root = show('Euler: $\\fcolorbox{red}{blue}{$e^{i\\pi}$} \\href{https://example.com}{x}$');
    await eventually(() => expect(root.querySelector('math msup')?.textContent).toContain('π'));
    expect(root.querySelector('[style], [href], a')).toBeNull();
  });

  it('is copied as it was written', async () => {
    const root = show('before\n\n$$\nx^2\n$$');
    await eventually(() => expect(root.querySelector('.math-display .math-copied')?.textContent).toBe('$$\nx^2\n$$'));
  });

  it('is shown as its source where it is wrong, and says why', async () => {
    const root = show('$\\frac{a$ and $\\def\\x{\\x\\x}\\x$');
    await eventually(() => expect(root.querySelectorAll('.math-wrong')).toHaveLength(2));
    const [wrong, endless] = root.querySelectorAll<HTMLElement>('.math-wrong');
    expect([wrong?.textContent, wrong?.title]).toEqual(['$\\frac{a$', expect.stringContaining("expected '}'")]);
    expect(endless?.title).toContain('Too many expansions');
  });

  it('lines up its columns as TeX does', async () => {
    const root = show('\\[\n\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}\n\\]');
    await eventually(() => expect(root.querySelector('mtable')).not.toBeNull());
    const classes = [...root.querySelectorAll('mtd')].map((cell) => cell.getAttribute('class'));
    expect(classes).toEqual(Array(2).fill(['math-right math-tight', 'math-left math-tight']).flat());
  });

  it('stands in a fence of its own as well', async () => {
    const root = show('```math\nx^2\n```');
    await eventually(() => expect(root.querySelector('.math-display msup')).not.toBeNull());
  });
});

describe('richFence', () => {
  it.each([
    ['```mermaid\na\n```', 'mermaid', 'mermaid'],
    ['~~~~Math title\na\n~~~~\n', 'Math title', 'math'],
    ['```mermaid\na\n', 'mermaid', undefined],
    ['````mermaid\na\n```', 'mermaid', undefined],
    ['```ts\na\n```', 'ts', undefined],
    ['```constructor\na\n```', 'constructor', undefined],
    ['    mermaid', undefined, undefined],
  ])('tells what %j holds', (raw, lang, kind) => {
    expect(richFence({ raw, lang })).toBe(kind);
  });
});

describe('pictureOf', () => {
  it.each([
    ['data:image/png;base64,iVBORw0KGgo=', 'embedded'],
    ['images/a.PNG', 'file'],
    ['/project/a b.jpeg', 'file'],
    ['C:\\project\\a.webp', 'file'],
    ['file:///project/a.gif', 'file'],
    ['https://example.com/a.png', undefined],
    ['//example.com/a.png', undefined],
    ['\\\\server\\share\\a.png', undefined],
    ['data:image/svg+xml;base64,PHN2Zz4=', undefined],
    ['data:text/html;base64,PHN2Zz4=.png', undefined],
    ['command:a.png', undefined],
    ['notes.md', undefined],
  ])('shows %j as %s', (href, kind) => {
    expect(pictureOf(href)?.kind).toBe(kind);
  });
});
