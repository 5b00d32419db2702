import { type Disposable, toDisposable } from '../../base/disposable';
import { messageOf } from '../../base/errors';
import type { Logger } from '../../base/logger';
import type { Timer } from '../../base/timer';
import type { Conversations } from '../../conversation/conversations';
import type { UndoneChange } from './reviewActions';

export interface UndoNotesOptions {
  readonly conversations: Pick<Conversations, 'tellAgent'>;
  readonly timer: Timer;
  readonly logger: Logger;
}

/** What is taken back in one go is told in one note. */
const PAUSE_MS = 300;
const MAX_NOTE_CHARACTERS = 8_000;

/** Tells the agents which of their changes the person took back: at once where a turn runs, else with the next message. */
export class UndoNotes implements Disposable {
  private readonly waiting = new Map<string, string[]>();
  private pending: Disposable = toDisposable(() => undefined);

  constructor(private readonly options: UndoNotesOptions) {}

  add({ threads, description }: UndoneChange): void {
    for (const threadId of threads) {
      this.waiting.set(threadId, [...(this.waiting.get(threadId) ?? []), description]);
    }
    this.pending.dispose();
    this.pending = this.options.timer(PAUSE_MS, () => this.tell());
  }

  /** Tells what still waits. */
  dispose(): void {
    this.pending.dispose();
    this.tell();
  }

  private tell(): void {
    const { conversations, logger } = this.options;
    for (const [threadId, descriptions] of this.waiting) {
      conversations.tellAgent(threadId, joined(descriptions)).catch((error: unknown) => {
        logger.warn(`Codex was not told what was undone: ${messageOf(error)}`);
      });
    }
    this.waiting.clear();
  }
}

/** As many descriptions as a note holds, and how many there are besides. */
function joined(descriptions: readonly string[]): string {
  let note = '';
  for (const [index, description] of descriptions.entries()) {
    if (note.length + description.length > MAX_NOTE_CHARACTERS && index > 0) {
      return `${note}\n(and ${descriptions.length - index} more changes)`;
    }
    note += (index === 0 ? '' : '\n') + description;
  }
  return note.slice(0, MAX_NOTE_CHARACTERS);
}
