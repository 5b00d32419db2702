import type { Locator, Page } from 'playwright-core';
import { Chat } from './chat';

const FRAME_LIMIT_MS = 30_000;

/**
 * An editor as assistive technology meets it: everything is found by its role and its name, nothing by classes, ids or
 * places.
 */
export class NamedEditor {
  constructor(private readonly page: Page) {}

  /** A view of the activity bar. Its name may tell more, such as its keys or what waits in it. */
  view(name: string): Locator {
    return this.page.getByRole('tab', { name: new RegExp(`^${name}`) });
  }

  /** A row of a tree, such as the Explorer or the list of conversations, whose name begins so. */
  row(name: string): Locator {
    return this.page.getByRole('treeitem', { name: new RegExp(`^${name}`) });
  }

  /** A tab of the editor area whose name begins so. */
  tab(name: string): Locator {
    return this.page.getByRole('main').getByRole('tab', { name: new RegExp(`^${name}`) });
  }

  /** A button outside of the chats. */
  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name });
  }

  /** A choice of the list that is open over the editor, whose name begins so. */
  choice(name: string): Locator {
    return this.page.getByRole('option', { name: new RegExp(`^${name}`) });
  }

  /** The chat that shows the conversation of this title; any without one. */
  async chat(title?: string): Promise<Chat> {
    const until = Date.now() + FRAME_LIMIT_MS;
    while (Date.now() < until) {
      for (const frame of this.page.frames()) {
        // A frame may be gone by the time it is asked.
        const heading = frame.getByRole('heading', {
          level: 1,
          ...(title !== undefined && { name: title, exact: true }),
        });
        const chat = new Chat(frame);
        const parts = [heading.isVisible(), chat.composer.isVisible()];
        if ((await Promise.all(parts).catch(() => [false])).every(Boolean)) return chat;
      }
      await this.page.waitForTimeout(50);
    }
    throw new Error(`No chat shows “${title ?? 'anything'}”.`);
  }
}
