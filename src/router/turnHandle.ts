import { SwitchyardError } from '../base/errors';
import type { ThreadItem } from '../protocol/generated/types/v2/ThreadItem';
import type { ThreadTokenUsage } from '../protocol/generated/types/v2/ThreadTokenUsage';
import type { UserInput } from '../protocol/generated/types/v2/UserInput';
import type { SendRequest } from '../transport/appServer';
import type { TypedNotification } from './notification';
import type { TurnLog } from './turnLog';

/** What a whole turn came to. */
export interface TurnResult {
  /** Completed items, in order. */
  readonly items: readonly ThreadItem[];
  readonly usage: ThreadTokenUsage | undefined;
  /** The message marked `final_answer`, else the last one that is not commentary; `undefined` when there is none. */
  readonly finalAnswer: string | undefined;
}

/** One running turn. Words and semantics of the Codex SDK's turn handle. */
export class TurnHandle {
  private first: AsyncIterableIterator<TypedNotification> | undefined;

  constructor(
    readonly threadId: string,
    readonly id: string,
    private readonly log: TurnLog,
    private readonly request: SendRequest,
  ) {
    this.first = log.readFromStart();
  }

  /** Whether the turn's end, or a failure, has arrived; events may still be unread. */
  get hasEnded(): boolean {
    return this.log.hasEnded;
  }

  /** The turn's notifications. The first stream begins with the turn, a later one with the next event. */
  stream(): AsyncIterableIterator<TypedNotification> {
    const iterator = this.first ?? this.log.read();
    this.first = undefined;
    return iterator;
  }

  /** The agent's words, as they come. @throws SwitchyardError `turnFailed`, `connectionLost`. */
  async *streamText(): AsyncGenerator<string, void, undefined> {
    for await (const event of this.stream()) {
      if (event.known && event.method === 'item/agentMessage/delta') yield event.params.delta;
      throwIfFailed(event);
    }
  }

  /** Waits for the end of the turn. @throws SwitchyardError `turnFailed`, `connectionLost`. */
  async run(): Promise<TurnResult> {
    const items: ThreadItem[] = [];
    let usage: ThreadTokenUsage | undefined;
    for await (const event of this.stream()) {
      if (!event.known) continue;
      if (event.method === 'item/completed') items.push(event.params.item);
      if (event.method === 'thread/tokenUsage/updated') usage = event.params.tokenUsage;
      throwIfFailed(event);
    }
    return { items, usage, finalAnswer: finalAnswerOf(items) };
  }

  /** Adds input to the running turn. @throws RpcError when the turn has ended or cannot be steered. */
  async steer(input: UserInput[]): Promise<void> {
    await this.request('turn/steer', { threadId: this.threadId, expectedTurnId: this.id, input });
  }

  /** Asks the server to stop the turn; `turn/completed` tells when it has. */
  async interrupt(): Promise<void> {
    await this.request('turn/interrupt', { threadId: this.threadId, turnId: this.id });
  }

  /** Lets go of what nobody has read. */
  dispose(): void {
    void this.first?.return?.();
    this.first = undefined;
  }
}

function throwIfFailed(event: TypedNotification): void {
  if (!event.known || event.method !== 'turn/completed' || event.params.turn.status !== 'failed') return;
  throw new SwitchyardError('turnFailed', event.params.turn.error?.message ?? 'The turn failed.');
}

function finalAnswerOf(items: readonly ThreadItem[]): string | undefined {
  const messages = items.filter((item) => item.type === 'agentMessage');
  const final = messages.findLast((message) => message.phase === 'final_answer');
  return (final ?? messages.findLast((message) => message.phase !== 'commentary'))?.text;
}
