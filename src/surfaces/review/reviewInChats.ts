import { type Disposable, DisposableStore, toDisposable } from '../../base/disposable';
import type { Timer } from '../../base/timer';
import { pathLabel } from '../../conversation/commandText';
import type { Conversation } from '../../conversation/conversation';
import type { Conversations } from '../../conversation/conversations';
import { showContention } from '../../conversation/contention';
import type { FileLeases } from '../../conversation/fileLeases';
import type { ChangeLedger } from '../../conversation/review/changeLedger';
import type { Review, TrackedFile } from '../../conversation/review/review';
import type { TurnChangesView, UnreviewedFileView } from '../../shared/conversation';

export interface ReviewInChatsOptions {
  readonly conversations: Conversations;
  readonly review: Review;
  readonly ledger: ChangeLedger;
  readonly leases: FileLeases;
  readonly timer: Timer;
}

/** A patch of a thousand files changes the review a thousand times: the chats are told this often at most. */
const PAUSE_MS = 100;
/** With so many files every telling is work. */
const MANY_FILES = 300;
const LONG_PAUSE_MS = 1_000;

/** Tells every conversation which of its changes are unreviewed, which turns changed files, and who else writes them. */
export function showReviewInChats(options: ReviewInChatsOptions): Disposable {
  const { conversations, review, ledger, leases, timer } = options;
  const store = new DisposableStore();
  let pending: Disposable | undefined;
  const tellAll = (): void => {
    pending = undefined;
    for (const conversation of conversations.all) tell(conversation, options);
  };
  const later = (): void => {
    pending ??= timer(review.files.length > MANY_FILES ? LONG_PAUSE_MS : PAUSE_MS, tellAll);
  };
  store.add(toDisposable(() => pending?.dispose()));
  store.add(review.onDidChange(later));
  store.add(ledger.onDidChange(later));
  store.add(showContention(leases, conversations));
  store.add(
    conversations.onDidChange((conversation) => {
      if (!conversation) later();
    }),
  );
  return store;
}

function tell(conversation: Conversation, { review, ledger }: ReviewInChatsOptions): void {
  const { threadId, folder, unreviewed, changedTurns } = conversation.view;
  if (threadId === null) return;
  const files = review.files.filter(({ threads }) => threads.includes(threadId));
  const nextFiles = files.map((file) => unreviewedView(file, folder, review));
  if (!isSame(unreviewed, nextFiles)) conversation.setUnreviewed(nextFiles);
  const nextTurns = ledger
    .turns(threadId)
    .map(({ turnId, files: changed, undone }): TurnChangesView => ({ turnId, files: changed.length, undone }));
  if (!isSame(changedTurns, nextTurns)) conversation.setChangedTurns(nextTurns);
}

function unreviewedView(file: TrackedFile, folder: string, review: Review): UnreviewedFileView {
  const { path, baseline, current, gap } = file;
  const kind = !gap && baseline === null ? 'add' : !gap && current === null ? 'delete' : 'update';
  return { path, label: pathLabel(path, folder), kind, gap, ...review.counts(path) };
}

function isSame(before: readonly object[], after: readonly object[]): boolean {
  return before.length === after.length && JSON.stringify(before) === JSON.stringify(after);
}
