// @vitest-environment jsdom
import { expect, it, vi } from 'vitest';
import { openChatPage, posted } from '../../support/chatPage';

vi.spyOn(document, 'hasFocus').mockReturnValue(true);
openChatPage();

it('says that it has the focus when it is loaded with it: no event tells that afterwards', () => {
  expect(posted.messages.map(({ type }) => type)).toEqual(['ready', 'focused']);
});
