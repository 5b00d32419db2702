import type { Frame, Locator } from 'playwright-core';
import { eventually } from './eventually';

/** One chat of ours, by the roles and names that assistive technology sees. */
export class Chat {
  constructor(readonly frame: Frame) {}

  get composer(): Locator {
    return this.frame.getByRole('textbox', { name: 'Message Codex' });
  }

  get transcript(): Locator {
    return this.frame.getByRole('log', { name: 'Conversation' });
  }

  /** Codex's messages. */
  get answers(): Locator {
    return this.transcript.getByRole('article', { name: /^Codex/ });
  }

  get approval(): Locator {
    return this.frame.getByRole('group', { name: /^Approval:/ });
  }

  /** The strip that names files another conversation is about to write as well. */
  get contention(): Locator {
    return this.frame.locator('.contention');
  }

  /** What Codex changed and nobody has looked at yet. */
  get review(): Locator {
    return this.frame.getByRole('region', { name: 'Unreviewed changes' });
  }

  get queue(): Locator {
    return this.frame.getByRole('list', { name: 'Queued messages' });
  }

  get title(): Locator {
    return this.frame.getByRole('heading', { level: 1 });
  }

  button(name: string | RegExp): Locator {
    return this.frame.getByRole('button', { name, exact: true });
  }

  /** A failure with this title. */
  problem(title: string): Locator {
    return this.frame.getByRole('group', { name: `Problem: ${title}` });
  }

  /** The row of a command that was run. */
  command(line: string): Locator {
    return this.transcript.getByRole('group', { name: new RegExp(`^Command.*${escaped(line)}`) });
  }

  /** Writes a message and sends it with Enter. */
  async send(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.hasCursor();
    await this.composer.press('Enter');
  }

  /** Waits until the status line reads so: the whole of it, or what the pattern says. */
  async hasStatus(text: string | RegExp, timeoutMs = 30_000): Promise<void> {
    const pattern = typeof text === 'string' ? new RegExp(`^${escaped(text)}$`) : text;
    await this.frame.getByRole('status').filter({ hasText: pattern }).waitFor({ timeout: timeoutMs });
  }

  /** Waits until the transcript holds this text. */
  async shows(text: string | RegExp, timeoutMs = 30_000): Promise<void> {
    await this.transcript.getByText(text).first().waitFor({ timeout: timeoutMs });
  }

  /** The tooltip, or else the accessible name, of what has the focus; empty when that is not in this chat. */
  async focusedControl(): Promise<string> {
    return this.frame.evaluate(() => {
      const element = document.hasFocus() ? document.activeElement : null;
      const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : undefined;
      const name = element?.getAttribute('title') ?? element?.getAttribute('aria-label') ?? label;
      return (name ?? element?.textContent ?? '').trim();
    });
  }

  /** Waits until the cursor is in the composer. Keys that come while it moves there from another page are lost. */
  async hasCursor(): Promise<void> {
    await eventually(async () => {
      const control = await this.focusedControl();
      if (control !== 'Message Codex') throw new Error(`The focus is at "${control}".`);
    });
  }

  /** Presses Tab, or Shift+Tab, until the control of this name has the focus. */
  async tabTo(name: string | RegExp, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
    const seen: string[] = [];
    const matches = (control: string) => (typeof name === 'string' ? control === name : name.test(control));
    while (seen.length < 60) {
      await this.frame.page().keyboard.press(key);
      const control = await this.focusedControl();
      if (matches(control)) return;
      seen.push(control);
    }
    throw new Error(`${key} does not reach ${String(name)}, only:\n${seen.join('\n')}`);
  }

  /** All words of Codex that the transcript holds now. */
  async answerText(): Promise<string> {
    return (await this.answers.allInnerTexts()).join('\n');
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
