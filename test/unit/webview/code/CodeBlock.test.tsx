// @vitest-environment jsdom
import { createSignal } from 'solid-js';
import { render } from 'solid-js/web';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { receiveCodeTheme } from '../../../../webview/ui/code/codeTheme';
import { pageHighlighter } from '../../../../webview/ui/code/pageHighlighter';
import { Markdown } from '../../../../webview/ui/markdown/Markdown';
import { eventually } from '../../../support/eventually';

let unmount: () => void = () => undefined;

afterEach(() => {
  unmount();
  vi.useRealTimers();
  document.body.replaceChildren();
});

function show(first: string, isStreaming = true) {
  const [text, setText] = createSignal(first);
  const [streaming, setStreaming] = createSignal(isStreaming);
  const onCopy = vi.fn<(code: string) => void>();
  const onInsertCode = vi.fn<(code: string) => void>();
  const onApplyCode = vi.fn<(code: string, info: string) => void>();
  const root = document.body.appendChild(document.createElement('main'));
  unmount = render(
    () => (
      <Markdown
        text={text()}
        streaming={streaming()}
        onOpenLink={() => undefined}
        onCopy={onCopy}
        onInsertCode={onInsertCode}
        onApplyCode={onApplyCode}
      />
    ),
    root,
  );
  const names = () => [...root.querySelectorAll('button')].map((button) => button.getAttribute('aria-label'));
  const click = (name: string) => root.querySelector<HTMLElement>(`button[aria-label="${name}"]`)!.click();
  const code = () => root.querySelector('pre code')!;
  return { root, setText, setStreaming, onCopy, onInsertCode, onApplyCode, names, click, code };
}

describe('A block of code', () => {
  it('has buttons that say what they act on, and hand over exactly its code', () => {
    const { names, click, onCopy, onInsertCode, onApplyCode } = show('```ts path=src/a.ts\nlet a;\n```\n');
    expect(names()).toEqual(['Copy code: src/a.ts', 'Insert code at cursor: src/a.ts', 'Apply code to src/a.ts']);
    for (const name of names()) click(name!);
    expect(onCopy.mock.calls).toEqual([['let a;']]);
    expect(onInsertCode.mock.calls).toEqual([['let a;']]);
    expect(onApplyCode.mock.calls).toEqual([['let a;', 'ts path=src/a.ts']]);
  });

  it('names its language where it names no file, and nothing where it names none', () => {
    expect(show('```py\na\n```\n').names()).toEqual([
      'Copy code: py',
      'Insert code at cursor: py',
      'Apply code to file: py',
    ]);
    unmount();
    expect(show('    a\n\nb').names()).toEqual(['Copy code', 'Insert code at cursor', 'Apply code to file']);
  });

  it('is put nowhere while it is only half there, but can be copied', () => {
    const { names, setText, setStreaming } = show('```ts\nlet a');
    expect(names()).toEqual(['Copy code: ts']);
    setText('```ts\nlet a;\n```');
    expect(names()).toHaveLength(3);
    setText('```ts\nlet b');
    setStreaming(false);
    expect(names()).toHaveLength(3);
  });

  it('keeps its elements, and what is focused in it, while it grows and when it is closed', () => {
    const { root, setText, code } = show('words\n\n```ts\nlet a');
    const button = root.querySelector('button')!;
    const before = [root.querySelector('.code-block'), code(), code().firstElementChild];
    button.focus();
    for (const text of ['= 1', '= 1;\n', '= 1;\nlet b', '= 1;\nlet b\n```', '= 1;\nlet b\n```\nmore']) {
      setText(`words\n\n\`\`\`ts\nlet a${text}`);
    }
    expect([root.querySelector('.code-block'), code(), code().firstElementChild]).toEqual(before);
    expect(code().textContent).toBe('let a= 1;\nlet b');
    expect(document.activeElement).toBe(button);
  });

  it('touches only the end of a long open fence', () => {
    const line = `${'x'.repeat(20)}\n`;
    const { setText, code } = show(`\`\`\`\n${line.repeat(400)}`);
    const chunks = [...code().children];
    const changed: Node[] = [];
    const observer = new MutationObserver(() => undefined);
    observer.observe(code(), { childList: true, characterData: true, subtree: true });
    setText(`\`\`\`\n${line.repeat(400)}yy`);
    for (const { target, addedNodes } of observer.takeRecords()) changed.push(target, ...addedNodes);
    expect([...code().children].slice(0, 8)).toEqual(chunks.slice(0, 8));
    expect(changed.some((node) => chunks.slice(0, 7).some((chunk) => chunk.contains(node)))).toBe(false);
    expect(code().textContent).toBe(`${line.repeat(400)}yy`);
  });

  it('is whole only when as many signs end it as began it', () => {
    const { names, setText } = show('`````md\n```ts\na\n```');
    expect(names()).toEqual(['Copy code: md']);
    setText('`````md\n```ts\na\n```\n`````');
    expect(names()).toHaveLength(3);
  });

  it('becomes something else with another language', () => {
    const { setText, root } = show('```m');
    setText('```mine\nx');
    expect(root.querySelector('.code-title')?.textContent).toBe('mine');
  });

  it('is coloured once, when it is whole, and loses its colours at once with the theme they belong to', async () => {
    const highlight = vi.spyOn(pageHighlighter, 'highlight').mockImplementation((_wanted, onChunk) => {
      onChunk(0, [[{ length: 6, color: '#ff0000', fontStyle: 0 }]]);
      return () => undefined;
    });
    receiveCodeTheme('', null);
    const { setText, code } = show('```ts\nlet a;');
    const isColored = () => code().querySelector('[style]') !== null;
    expect([highlight.mock.calls.length, isColored()]).toEqual([0, false]);
    for (const words of ['', '\n', '\nmore', '\nmore words\n\n- in\n- a list'])
      setText(`\`\`\`ts\nlet a;\n\`\`\`${words}`);
    expect([highlight.mock.calls.length, isColored()]).toEqual([1, true]);
    document.body.dataset.vscodeThemeId = 'another';
    await eventually(() => expect(isColored()).toBe(false));
    expect(code().textContent).toBe('let a;');
    receiveCodeTheme('another', null);
    expect([highlight.mock.calls.length, isColored()]).toEqual([2, true]);
    highlight.mockRestore();
  });

  it('says that it was copied, and then that it can be again', () => {
    vi.useFakeTimers();
    const { root, click } = show('```ts\na\n```\n');
    const icon = () => root.querySelector('button i')!.className;
    click('Copy code: ts');
    expect(icon()).toContain('codicon-check');
    vi.advanceTimersByTime(5000);
    expect(icon()).toContain('codicon-copy');
  });
});
