import { createEffect, createMemo, createSignal, on } from 'solid-js';
import { unwrap } from 'solid-js/store';
import type { VirtualizerHandle } from 'virtua/solid';
import type { ConversationView, TurnChangesView } from '../../src/shared/conversation';
import { post } from '../host/vscodeApi';
import { startMargin } from './Earlier';
import { createFollowing } from './following';
import { createNavigation } from './navigation';
import { createRows } from './rows';
import { turnsChanged } from './state';
import { unfoldedTurns } from './Turn';

/** What stands behind the log of one conversation: its rows, where it is scrolled to and which row has the focus. */
export function createLog(conversation: () => ConversationView) {
  const [scroller, setScroller] = createSignal<HTMLDivElement>();
  const [content, setContent] = createSignal<HTMLDivElement>();
  const [handle, setHandle] = createSignal<VirtualizerHandle>();
  const [focusedRow, setFocusedRow] = createSignal<string>();
  const changes = createMemo(
    () => new Map(unwrap(conversation().changedTurns as TurnChangesView[]).map((turn) => [turn.turnId, turn] as const)),
  );
  const rows = createRows(
    () => conversation().turns,
    turnsChanged,
    () => {
      const [unfolded, changed] = [unfoldedTurns(), changes()];
      return { isUnfolded: (turnId) => unfolded.has(turnId), hasChanges: (turnId) => changed.has(turnId) };
    },
  );
  const loadEarlier = (): void => {
    if (conversation().earlier === 'more') post({ type: 'loadEarlier', key: conversation().key });
  };
  const parts = {
    scroller,
    content,
    handle,
    focusedRow,
    conversation,
    rows: () => rows().list,
    startMargin: () => startMargin(conversation().earlier),
    loadEarlier,
    keepRow: setFocusedRow,
  };
  const following = createFollowing(parts);
  const navigation = createNavigation({ ...parts, unfollow: following.unfollow });
  // A message of one's own is seen from its end.
  createEffect(
    on(
      () => conversation().outbox.length,
      (sent, before = sent) => {
        if (sent > before) following.follow();
      },
    ),
  );
  return {
    ...parts,
    ...following,
    ...navigation,
    rows,
    changesOf: (turnId: string) => changes().get(turnId),
    setScroller,
    setContent,
    setHandle,
    setFocusedRow,
  };
}

/** What {@link createLog} gives. */
export type Log = ReturnType<typeof createLog>;
