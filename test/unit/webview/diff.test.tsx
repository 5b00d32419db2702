// @vitest-environment jsdom
import { render } from 'solid-js/web';
import { afterEach, describe, expect, it } from 'vitest';
import type { FileDiff } from '../../../src/shared/fileDiff';
import { DiffText } from '../../../webview/ui/diff/DiffText';

let dispose: (() => void) | undefined;

function show(change: FileDiff, limit?: number): HTMLElement {
  const host = document.createElement('div');
  document.body.append(host);
  dispose = render(() => <DiffText {...change} {...(limit === undefined ? {} : { limit })} />, host);
  return host;
}

afterEach(() => {
  dispose?.();
  document.body.replaceChildren();
});

describe('DiffText', () => {
  it('says of each line whether it was added or removed, to the eye and to a screen reader', () => {
    const host = show({ kind: 'update', diff: '@@ -1,2 +1,2 @@\n same\n-old\n+new\n' });
    const lines = [...host.querySelectorAll('.diff-line')];
    expect(lines.map((line) => line.querySelector('.diff-sign')!.textContent)).toEqual(['', ' ', '−', '+']);
    expect(lines.map((line) => line.textContent.replace(/^[+−]/, ''))).toEqual([
      '@@ -1,2 +1,2 @@',
      ' same',
      'removed: old',
      'added: new',
    ]);
  });

  it('shows the first lines and all of them when asked', () => {
    const host = show({ kind: 'add', diff: 'line\n'.repeat(30) }, 10);
    expect(host.querySelectorAll('.diff-line')).toHaveLength(10);
    const button = host.querySelector('button')!;
    expect(button.textContent).toBe('Show all 30 lines');
    button.click();
    expect(host.querySelectorAll('.diff-line')).toHaveLength(30);
    expect(host.querySelector('button')).toBeNull();
  });

  it('has no button when everything is shown', () => {
    expect(show({ kind: 'delete', diff: 'a\nb\n' }, 2).querySelector('button')).toBeNull();
  });

  it('shows markup as text', () => {
    const host = show({ kind: 'add', diff: '<script>alert(1)</script>\n' });
    expect(host.querySelector('script')).toBeNull();
    expect(host.textContent).toContain('<script>alert(1)</script>');
  });
});
