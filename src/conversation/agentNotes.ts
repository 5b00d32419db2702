import { messageOf } from '../base/errors';
import type { UserInput } from '../protocol/generated/types/v2/UserInput';
import type { NoticeItem } from '../shared/conversation';
import type { ConversationContext } from './context';

const OPENING = '\n<editor_note>\n';
const CLOSING = '\n</editor_note>';
/** Says that a text of a message is a note. The server keeps it with the text (codex app-server 0.169.0). */
const MARK = 'switchyard.note';
/** More than these would push the person's own words out of sight of the model. */
const MAX_PENDING = 20;

/**
 * A note as part of a message. It goes as a text of its own beside the person's words: `additionalContext` would reach
 * the model too, but with a developer's authority although a note quotes files, only together with words, not a second
 * time when it is the same, and it is in no transcript (codex app-server 0.169.0).
 */
export function noteInput(note: string): UserInput {
  const text = OPENING + note.replaceAll('</editor_note', '< /editor_note') + CLOSING;
  return { type: 'text', text, text_elements: [{ byteRange: { start: 0, end: OPENING.length }, placeholder: MARK }] };
}

/** The notes of a message, as calm lines of the transcript; their quotations are left out. */
export function noticesOf(messageId: string, content: readonly UserInput[]): NoticeItem[] {
  return content.filter(isNote).map(({ text }, index) => {
    const [line = ''] = text.slice(OPENING.length).replace(CLOSING, '').split('\n');
    return { type: 'notice', id: `${messageId}-note-${index}`, text: `Codex was told: ${line}` };
  });
}

/** What the person said, without the notes. */
export function withoutNotes(content: readonly UserInput[]): UserInput[] {
  return content.filter((part) => !isNote(part));
}

function isNote(part: UserInput): part is Extract<UserInput, { type: 'text' }> {
  return part.type === 'text' && part.text_elements.some(({ placeholder }) => placeholder === MARK);
}

/** The pending notes with one more; the oldest are dropped beyond a limit. */
export function withNote(notes: readonly string[], note: string): readonly string[] {
  return [...notes.filter((other) => other !== note), note].slice(-MAX_PENDING);
}

/** Where notes can go at once: into the turn that runs. */
export interface NoteTarget {
  threadId(): string | null;
  /** `false`: nothing runs that takes notes. Rejects when the turn did not take them. */
  steer(notes: readonly string[]): Promise<boolean>;
}

/** What the agent of one conversation is still to be told: now, when a turn runs, else with the next message. */
export class AgentNotes {
  /** Those of a conversation that has no thread yet, or whose memory is gone. */
  private pending: readonly string[] | undefined;
  private delivering: Promise<void> | undefined;

  constructor(
    private readonly context: Pick<ConversationContext, 'memory' | 'logger'>,
    private readonly target: NoteTarget,
  ) {}

  /** Resolves when the agent was told, or the note is kept for the next message. */
  async tell(note: string): Promise<void> {
    this.keep(withNote(this.all(), note));
    // One at a time: each steering cuts the model's stream, so what comes meanwhile goes together.
    while (this.delivering) await this.delivering;
    if (!this.all().includes(note)) return;
    this.delivering = this.deliver().finally(() => (this.delivering = undefined));
    await this.delivering;
  }

  /** What goes with the next message; call {@link told} when the server has taken it. */
  all(): readonly string[] {
    this.pending ??= this.recall();
    return this.pending;
  }

  /** These were told. */
  told(notes: readonly string[]): void {
    if (notes.length > 0) this.keep(this.all().filter((note) => !notes.includes(note)));
  }

  /** Keeps what is pending under the name that the thread has now. */
  threadChanged(): void {
    if (this.pending !== undefined && this.pending.length > 0) this.keep(this.pending);
  }

  private async deliver(): Promise<void> {
    const notes = this.all();
    try {
      if (await this.target.steer(notes)) this.told(notes);
    } catch (error) {
      this.context.logger.info(`Kept for the next message: ${messageOf(error)}`);
    }
  }

  private recall(): readonly string[] {
    const threadId = this.target.threadId();
    return threadId === null ? [] : this.context.memory.recallNotes(threadId);
  }

  private keep(notes: readonly string[]): void {
    this.pending = notes;
    const threadId = this.target.threadId();
    if (threadId !== null) this.context.memory.keepNotes(threadId, notes);
  }
}
