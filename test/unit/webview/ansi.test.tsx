// @vitest-environment jsdom
import { createSignal } from 'solid-js';
import { render } from 'solid-js/web';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { AnsiText, visibleText } from '../../../webview/ui/ansi/AnsiText';

const ESC = '\u001b';
let dispose: (() => void) | undefined;

function show(text: string, tailLines?: number): HTMLElement {
  dispose?.();
  const host = document.createElement('div');
  dispose = render(() => <AnsiText text={text} {...(tailLines === undefined ? {} : { tailLines })} />, host);
  return host.querySelector('pre')!;
}

function spanWith(pre: HTMLElement, text: string): HTMLElement {
  return [...pre.querySelectorAll('span')].find((span) => span.textContent === text)!;
}

afterEach(() => dispose?.());

describe('AnsiText', () => {
  it('maps the sixteen colours and the styles to classes', () => {
    const pre = show(`plain ${ESC}[1;31mred${ESC}[0m ${ESC}[92;44mgreen on blue${ESC}[m end`);
    expect(pre.textContent).toBe('plain red green on blue end');
    expect(spanWith(pre, 'red').className).toBe('ansi-red-fg ansi-bold');
    expect(spanWith(pre, 'green on blue').className).toBe('ansi-bright-green-fg ansi-blue-bg');
  });

  it('sets colours of the 256 palette and true colours as custom properties', () => {
    const pre = show(`${ESC}[38;5;208morange${ESC}[0m${ESC}[48;2;1;2;3mdark${ESC}[0m${ESC}[38;5;250mgrey`);
    expect(spanWith(pre, 'orange').className).toBe('ansi-custom-fg');
    expect(spanWith(pre, 'orange').style.getPropertyValue('--ansi-fg')).toBe('rgb(255, 135, 0)');
    expect(spanWith(pre, 'dark').style.getPropertyValue('--ansi-bg')).toBe('rgb(1, 2, 3)');
    expect(spanWith(pre, 'grey').style.getPropertyValue('--ansi-fg')).toBe('rgb(188, 188, 188)');
  });

  it('reads true colours that are written with colons', () => {
    const pre = show(`${ESC}[38:2::9:8:7mteal`);
    expect(spanWith(pre, 'teal').style.getPropertyValue('--ansi-fg')).toBe('rgb(9, 8, 7)');
  });

  it('marks swapped colours', () => {
    expect(spanWith(show(`${ESC}[7mswapped`), 'swapped').classList).toContain('ansi-inverted');
  });

  it('shows markup in the output as text', () => {
    const pre = show('<img src=x onerror=alert(1)><b>x</b>');
    expect(pre.querySelector('img, b')).toBeNull();
    expect(pre.textContent).toBe('<img src=x onerror=alert(1)><b>x</b>');
  });

  it('follows the text as it grows', () => {
    const [text, setText] = createSignal('one\n');
    const host = document.createElement('div');
    dispose = render(() => <AnsiText text={text()} tailLines={2} />, host);
    setText('one\ntwo\nthree\n');
    expect(host.textContent).toBe('two\nthree');
  });
});

describe('visibleText', () => {
  it('keeps what a carriage return writes last', () => {
    expect(visibleText('10%\r50%\r100%\ndone\r\n')).toBe('100%\ndone');
    expect(visibleText('10%\r50%\r')).toBe('50%');
  });

  it('keeps colours that were set in the part that is overwritten', () => {
    expect(visibleText(`${ESC}[32m10%\r100%`)).toBe(`${ESC}[32m100%`);
  });

  it('takes characters back at a backspace', () => {
    expect(visibleText('ab\b\bxy|\b/\b-')).toBe('xy-');
    expect(visibleText(`a${ESC}[31m\bb`)).toBe(`a${ESC}[31mb`);
  });

  it('drops titles, links, cursor moves, modes, character sets and bells', () => {
    const text = `${ESC}]0;title\u0007${ESC}]8;;http://x${ESC}\\link${ESC}]8;;${ESC}\\${ESC}[2K${ESC}[?25l${ESC}[1A${ESC}(B${ESC}=${ESC}P1$r${ESC}\\\u0007.`;
    expect(visibleText(text)).toBe('link.');
  });

  it('drops an escape sequence that is still arriving', () => {
    for (const cut of ['', '[', '[3', '[?25', ']0;ti', '(']) expect(visibleText(`a${ESC}${cut}`)).toBe('a');
  });

  it('keeps the colour and drops the kind and colour of an underline', () => {
    expect(visibleText(`${ESC}[4:3;58:2::1:2:3;31ma${ESC}[4:0mb`)).toBe(`${ESC}[4;59;31ma${ESC}[24mb`);
  });

  it('gives the last lines, in the colours that were set before them', () => {
    expect(visibleText(`one\n${ESC}[31mtwo\nthree\nfour\n${ESC}[0m\n`, 2)).toBe(`${ESC}[31mthree\nfour`);
  });

  it('gives everything when there are fewer lines', () => {
    expect(visibleText('one\ntwo', 5)).toBe('one\ntwo');
    expect(visibleText('\n\n', 5)).toBe('');
    expect(visibleText('', 5)).toBe('');
  });

  it('does not show half an escape sequence where it cuts a long line', () => {
    const pieces = `${ESC}[38;5;208mx${ESC}[0m`;
    for (let pad = 0; pad < pieces.length; pad += 1) {
      const shown = visibleText(pieces.repeat(2_000) + 'y'.repeat(pad), 1);
      expect(shown.replace(/\u001b\[[\d;]*m/g, '')).toMatch(/^x+y*$/);
    }
  });

  it('looks at the end of a large output only', () => {
    const large = 'word word word\n'.repeat(100_000);
    const slice = vi.spyOn(String.prototype, 'slice');
    visibleText(large, 4);
    const read = slice.mock.results.reduce((sum, result) => sum + String(result.value).length, 0);
    slice.mockRestore();
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(20_000);
  });
});
