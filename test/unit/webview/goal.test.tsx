// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import type { Delta, GoalView } from '../../../src/shared/conversation';
import { all, button, hasButton, openChatPage, posted, press, show, type } from '../../support/chatPage';

openChatPage();

const goalIs = (status: GoalView['status']): Delta => ({
  type: 'set',
  fields: { goal: { objective: 'All tests pass', status, tokensUsed: 12_300, seconds: 65 } },
});
const line = (): HTMLElement | undefined => all('[aria-label="Goal of this conversation"]')[0];
const actions = () => posted.messages.flatMap((message) => (message.type === 'goal' ? [message.action] : []));

describe('a goal', () => {
  it('stands above the composer, and can be paused, edited and cleared', () => {
    const { change } = show();
    expect(line()).toBeUndefined();
    change(goalIs('active'));
    expect(line()?.textContent).toContain('Goal All tests pass');
    for (const name of ['Pause goal', 'Edit goal', 'Clear goal']) button(name).click();
    expect(actions()).toEqual(['pause', 'edit', 'clear']);
    change({ type: 'set', fields: { goal: null } });
    expect(line()).toBeUndefined();
  });

  it('is resumed where it was paused, and only put away where it was reached', () => {
    const { change } = show();
    change(goalIs('paused'));
    button('Resume goal').click();
    change(goalIs('complete'));
    expect(line()?.textContent).toContain('Goal reached');
    expect([hasButton('Resume goal'), hasButton('Edit goal')]).toEqual([false, false]);
    button('Dismiss goal').click();
    expect(actions()).toEqual(['resume', 'clear']);
  });

  it('tells its words and what it took when it is unfolded', () => {
    const { change } = show();
    change(goalIs('blocked'));
    line()?.querySelector<HTMLElement>('[aria-expanded]')?.click();
    expect(line()?.textContent).toContain('1 min 5 s · 12.3k tokens');
  });

  it('is set with the words after /goal', () => {
    const { conversation } = show();
    type('/goal All tests pass');
    press('Enter');
    expect(posted.messages).toContainEqual({
      ...{ type: 'runCommand', key: conversation.key, command: 'goal', argument: 'All tests pass' },
    });
  });
});
