import { type Disposable } from '../base/disposable';
import { messageOf } from '../base/errors';
import { Emitter } from '../base/event';
import type { Logger } from '../base/logger';
import { applyDelta } from '../shared/applyDelta';
import type { ConversationFields, ConversationView, Delta, TurnHead, TurnView } from '../shared/conversation';

/** Deltas as they were applied; `seq` is the number of the last one. */
export interface ConversationChange {
  readonly seq: number;
  readonly deltas: readonly Delta[];
}

/** The state of one conversation and the only way to change it: by deltas, which are numbered and told. */
export class ViewStore implements Disposable {
  private readonly changes: Emitter<ConversationChange>;
  private count = 0;

  readonly onDidChange;

  constructor(
    private readonly state: ConversationView,
    logger: Logger,
  ) {
    this.changes = new Emitter((error) => {
      logger.error(messageOf(error));
    });
    this.onDidChange = this.changes.event;
  }

  get view(): Readonly<ConversationView> {
    return this.state;
  }

  /** The number of the last delta. */
  get seq(): number {
    return this.count;
  }

  set(fields: Partial<ConversationFields>): void {
    this.emit([{ type: 'set', fields }]);
  }

  emit(deltas: readonly Delta[]): void {
    if (deltas.length === 0) return;
    for (const delta of deltas) applyDelta(this.state, delta);
    this.count += deltas.length;
    this.changes.fire({ seq: this.count, deltas });
  }

  dispose(): void {
    this.changes.dispose();
  }
}

/** A turn without its items. */
export function headOf({ id, status, startedAtMs, durationMs, tokens, problem }: TurnView): TurnHead {
  return { id, status, startedAtMs, durationMs, ...(tokens !== undefined && { tokens }), problem };
}

/** The deltas that put a turn back as it is. */
export function wholeTurn(turn: TurnView): Delta[] {
  return [
    { type: 'turn', turn: headOf(turn) },
    ...turn.items.map((item): Delta => ({ type: 'item', turnId: turn.id, item: { ...item } })),
  ];
}
