import { describe, expect, it } from 'vitest';
import { readableTheme } from '../../../../webview/ui/code/contrast';

const colorOn = (foreground: string, background: string) =>
  readableTheme([{ scope: ['a'], settings: { foreground, fontStyle: 'bold' } }], background)[0]?.settings;

describe('Colours that can be read', () => {
  it('keeps what is clear enough, with its font style', () => {
    expect(colorOn('#6a9955', '#1f1f1f')).toEqual({ foreground: '#6a9955', fontStyle: 'bold' });
    expect(colorOn('#00f', '#ffffff')?.foreground).toBe('#00f');
  });

  it.each([
    ['#333333', '#1f1f1f', /^#[89a-f]/],
    ['#cccccc', '#ffffff', /^#[0-7]/],
    ['#ffffff22', '#000000', /^#[6-9a-f]/],
    ['#1f1f1f', '#1f1f1f', /^#[7-9a-f]/],
  ])('moves %s away from %s', (foreground, background, expected) => {
    expect(colorOn(foreground, background)?.foreground).toMatch(expected);
  });

  it('leaves a theme alone where the background is not known', () => {
    expect(colorOn('#111111', '')?.foreground).toBe('#111111');
  });
});
