import type { Frame, Locator } from 'playwright-core';

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

  /** All words of Codex that the transcript holds now. */
  async answerText(): Promise<string> {
    return (await this.answers.allInnerTexts()).join('\n');
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
