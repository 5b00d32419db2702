import * as vscode from 'vscode';
import { type Disposable, DisposableStore, toDisposable } from '../../base/disposable';
import type { Timer } from '../../base/timer';
import { pathLabel } from '../../conversation/commandText';
import type { Conversations } from '../../conversation/conversations';
import type { AnnouncedPatch } from '../../conversation/patchAnnouncer';
import { findItem } from '../../shared/applyDelta';
import type { EditorDocuments } from './editorDocuments';

export interface PartlyWrittenOptions {
  readonly documents: Pick<EditorDocuments, 'onDidApply'>;
  readonly conversations: Pick<Conversations, 'ofThread'>;
  readonly timer: Timer;
}

const MAX_NAMED = 20;

/**
 * Follows a patch until what is returned is disposed. One that fails half-way leaves its first files written (codex
 * app-server 0.169.0): then the chat says which were and which were not.
 */
export function watchPatch(patch: AnnouncedPatch, options: PartlyWrittenOptions): Disposable {
  const targets = patch.files.map(({ path, moveTo }) => moveTo ?? path);
  const written = new Set<string>();
  const store = new DisposableStore();
  store.add(options.documents.onDidApply(({ path }) => written.add(path)));
  store.add(
    toDisposable(() => {
      const done = targets.filter((path) => written.has(path));
      const missing = targets.filter((path) => !written.has(path));
      // The conversation hears of the end at the same time.
      if (done.length > 0 && missing.length > 0) options.timer(0, () => say(patch, done, missing, options));
    }),
  );
  return store;
}

function say(
  { threadId, turnId, itemId }: AnnouncedPatch,
  done: readonly string[],
  missing: readonly string[],
  { conversations }: PartlyWrittenOptions,
): void {
  const conversation = conversations.ofThread(threadId);
  const [first] = done;
  if (!conversation || first === undefined) return;
  const item = findItem(conversation.view, turnId, itemId);
  if (item?.type !== 'files' || item.status === 'completed' || item.status === 'working') return;
  const { folder } = conversation.view;
  const names = (paths: readonly string[]): string => {
    const shown = paths.slice(0, MAX_NAMED).map((path) => pathLabel(path, folder));
    if (paths.length > MAX_NAMED) shown.push(vscode.l10n.t('{0} more', paths.length - MAX_NAMED));
    return shown.join(', ');
  };
  conversation.noteFile(
    first,
    vscode.l10n.t('Only a part was written: {0}. Not written: {1}.', names(done), names(missing)),
  );
}
