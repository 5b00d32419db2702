// @vitest-environment jsdom
import { expect, it, vi } from 'vitest';
import { all, composer, openChatPage, show } from '../../support/chatPage';

vi.mock(import('../../../webview/chat/keys'), async (original) => ({ ...(await original()), IS_MAC: true }));

openChatPage();

it('leaves a text the keys that move its cursor on a Mac', () => {
  const turn = { id: 't', status: 'completed', startedAtMs: 1, durationMs: 1, problem: null } as const;
  show({ turns: [{ ...turn, items: [{ type: 'you', id: 'y', text: 'Question', attachments: [] }] }] });
  const press = (key: string, modifiers: KeyboardEventInit): boolean => {
    const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...modifiers });
    (document.activeElement ?? document.body).dispatchEvent(event);
    return event.defaultPrevented;
  };
  composer().focus();
  expect([press('f', { ctrlKey: true }), press('ArrowUp', { altKey: true })]).toEqual([false, false]);
  all('[role=log]')[0]?.focus();
  expect(press('ArrowUp', { altKey: true })).toBe(true);
  expect(all('[role=search]')).toEqual([]);
  expect(press('f', { metaKey: true })).toBe(true);
  expect(all('[role=search]')).toHaveLength(1);
});
