// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import type { AttachmentView } from '../../../../src/shared/composer';
import { button, composer, isEnabled, openChatPage, posted, receive, show } from '../../../support/chatPage';

openChatPage();

describe('the focus', () => {
  it('goes on to the next chip when one is removed', async () => {
    const { conversation } = show();
    const chip = (id: string): AttachmentView => ({ id, kind: 'file', label: id, detail: '' });
    const attach = (...ids: string[]): void =>
      receive({
        type: 'composer',
        key: conversation.key,
        composer: { attachments: ids.map(chip), active: null, withActive: true },
      });
    attach('a', 'b', 'c');
    const [first, next] = [button('Remove a'), button('Remove c')];
    button('Remove b').focus();
    attach('a', 'c');
    await Promise.resolve();
    expect([button('Remove a') === first, document.activeElement === next]).toEqual([true, true]);
  });

  it('stays on Stop while the turn is being stopped, and then goes to the composer', async () => {
    const { change } = show({ status: 'working' });
    const stop = button('Stop');
    stop.focus();
    stop.click();
    change({ type: 'set', fields: { status: 'stopping' } });
    stop.click();
    expect(posted.messages.map(({ type }) => type)).toEqual(['stop']);
    // Chromium takes the focus from what is disabled.
    expect([isEnabled(stop), stop.disabled, document.activeElement === stop]).toEqual([false, false, true]);
    change({ type: 'set', fields: { status: 'ready' } });
    await Promise.resolve();
    expect(document.activeElement === composer()).toBe(true);
  });
});
