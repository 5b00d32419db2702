import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from './base/disposable';
import { messageOf } from './base/errors';
import type { Logger } from './base/logger';
import { announceCommands } from './conversation/commandAnnouncer';
import type { Conversation } from './conversation/conversation';
import type { Conversations } from './conversation/conversations';
import type { FileLeases } from './conversation/fileLeases';
import { announcePatches } from './conversation/patchAnnouncer';
import { ChangeLedger } from './conversation/review/changeLedger';
import { Review } from './conversation/review/review';
import type { AppServerClient } from './router/appServerClient';
import type { ApprovedPatches } from './surfaces/edits/approvedPatches';
import { EditorDocuments } from './surfaces/edits/editorDocuments';
import type { EditConverter } from './surfaces/edits/editConverter';
import { FileRestorer } from './surfaces/edits/fileRestorer';
import { BlobStore } from './surfaces/edits/recording/blobStore';
import { ChangeRecorder } from './surfaces/edits/recording/changeRecorder';
import type { ChangeOrigin } from './surfaces/edits/recording/codexChanges';
import { watchPatch } from './surfaces/edits/partlyWritten';
import { seeFile, store as storeSnapshot } from './surfaces/edits/recording/fileStates';
import { ReviewStorage } from './surfaces/edits/recording/reviewStorage';
import { setting } from './surfaces/host/settings';
import { diskFolders } from './surfaces/host/workspaceFolders';
import { BaselineDocuments } from './surfaces/review/baselineDocuments';
import { RestoreCheckpoint } from './surfaces/restore/restoreCheckpoint';
import type { Restorable } from './surfaces/restore/restorable';
import { RestoreFiles } from './surfaces/restore/restoreFiles';
import { RestoreRun } from './surfaces/restore/restoreRun';
import { ReviewActions } from './surfaces/review/reviewActions';
import { showReviewInChats } from './surfaces/review/reviewInChats';
import { followReview } from './surfaces/review/reviewKeys';
import { ReviewLenses } from './surfaces/review/reviewLenses';
import { ReviewSourceControl } from './surfaces/review/reviewSourceControl';
import { SnapshotDocuments } from './surfaces/restore/snapshotDocuments';
import { TurnChanges } from './surfaces/restore/turnChanges';
import { recordedDeletion } from './surfaces/review/undoSteps';
import { UndoNotes } from './surfaces/review/undoNotes';
import { systemTimer } from './transport/systemTimer';

/** What is known of Codex's changes, and the documents through which it makes them. */
export interface ChangeRecords extends Disposable {
  readonly documents: EditorDocuments;
  readonly review: Review;
  readonly ledger: ChangeLedger;
  readonly blobs: BlobStore;
  readonly recorder: ChangeRecorder;
  readonly restorer: FileRestorer;
  /** Resolves when what earlier windows recorded is known. No turn may begin before. */
  readonly loaded: Promise<void>;
  /** Saves what is not saved yet. */
  flush(): Promise<void>;
}

export interface ChangeRecordsOptions {
  /** Where the records are kept. */
  readonly folder: string;
  readonly loadConverter: () => EditConverter;
  readonly leases: FileLeases;
  /** The turns that run now. */
  readonly runningTurns: () => readonly ChangeOrigin[];
  readonly logger: Logger;
}

/** Builds the stage that writes and records Codex's changes. */
export function openChangeRecords(options: ChangeRecordsOptions): ChangeRecords {
  const { folder, loadConverter, leases, runningTurns, logger } = options;
  const store = new DisposableStore();
  const documents: EditorDocuments = store.add(
    new EditorDocuments({
      loadConverter: () => Promise.resolve(loadConverter()),
      saveAfterApply: () => setting('edits.saveAfterApply'),
      willChange: (path) => recorder.willChange(path),
      logger,
    }),
  );
  const review = store.add(new Review(logger));
  const ledger = store.add(new ChangeLedger(logger));
  const blobs = new BlobStore(folder, logger);
  const now = (): number => Date.now();
  const recorder: ChangeRecorder = store.add(
    new ChangeRecorder({
      documents,
      review,
      ledger,
      blobs,
      now,
      roots: diskFolders,
      runningTurns,
      mayWrite: (patch) => leases.mayWrite(patch),
      logger,
    }),
  );
  const restorer = store.add(new FileRestorer(documents, blobs, logger));
  store.add(restorer.onDidRestore((restored) => recorder.restored(restored)));
  const storage = store.add(new ReviewStorage({ folder, review, ledger, blobs, timer: systemTimer, logger }));
  const loaded = load(storage, recorder, logger);
  return {
    documents,
    review,
    ledger,
    blobs,
    recorder,
    restorer,
    loaded,
    flush: () => recorder.settled().then(() => storage.flush()),
    dispose: () => store.dispose(),
  };
}

async function load(storage: ReviewStorage, recorder: ChangeRecorder, logger: Logger): Promise<void> {
  try {
    const { damaged } = await storage.load();
    await recorder.reconcile();
    if (damaged.length === 0) return;
    void vscode.window.showWarningMessage(
      vscode.l10n.t(
        'What Switchyard knew of earlier changes could not be read and was set aside: {0}. Your files are untouched.',
        damaged.join(', '),
      ),
    );
  } catch (error) {
    logger.error(`What is known of earlier changes was not loaded: ${messageOf(error)}`);
  }
}

export interface ReviewingOptions {
  readonly records: ChangeRecords;
  readonly client: AppServerClient;
  readonly conversations: Conversations;
  readonly leases: FileLeases;
  readonly approved: ApprovedPatches;
  /** The message that a conversation went back before, for its composer. */
  readonly putBack: (conversation: Restorable, text: string) => void;
  /** The same message, when the conversation has it again. */
  readonly takeOut: (conversation: Restorable, text: string) => void;
  /** A conversation goes on in a copy of its thread. */
  readonly continueAs: (from: string, to: string) => void;
  readonly logger: Logger;
}

/** What the person can do with Codex's changes after they were made. */
export interface Reviewing extends Disposable {
  readonly review: Review;
  readonly actions: ReviewActions;
  readonly turns: TurnChanges;
  readonly checkpoint: RestoreCheckpoint;
}

/** Shows the review in the editor and in the chats, and joins the records to what the server announces. */
export function openReviewing(options: ReviewingOptions): Reviewing {
  const { records, client, conversations, leases, approved, logger } = options;
  const { documents, recorder, review, ledger, blobs } = records;
  const store = new DisposableStore();
  store.add(
    announcePatches(client, (patch) => {
      const announced = new DisposableStore();
      announced.add(documents.expectPatch(patch.files));
      announced.add(recorder.patchStarted(patch));
      announced.add(approved.begin(patch));
      announced.add(leases.announced(patch));
      announced.add(watchPatch(patch, { documents, conversations, timer: systemTimer }));
      return announced;
    }),
  );
  store.add(
    client.onNotification((notification) => {
      if (notification.known && notification.method === 'turn/started') recorder.prepare();
    }),
  );
  store.add(announceCommands(client, (command) => recorder.commandStarted(command)));
  store.add(showReviewInChats({ conversations, review, ledger, leases, timer: systemTimer }));

  const notes = store.add(new UndoNotes({ conversations, timer: systemTimer, logger }));
  const actions = new ReviewActions({
    review,
    restore: records.restorer,
    logger,
    deleted: (file) => recordedDeletion(file, blobs.hashOf(file.baseline ?? ''), (threadId) => ledger.turns(threadId)),
    onDidUndo: (change) => notes.add(change),
  });
  store.add(new BaselineDocuments(review));
  store.add(new ReviewSourceControl(review, logger));
  store.add(new ReviewLenses(review));
  store.add(followReview(review));
  return { review, actions, ...openGoingBack(options, store), dispose: () => store.dispose() };
}

function openGoingBack(
  { records, conversations, putBack, takeOut, continueAs, logger }: ReviewingOptions,
  store: DisposableStore,
): Pick<Reviewing, 'turns' | 'checkpoint'> {
  const { ledger, review, blobs, restorer } = records;
  const snapshots = store.add(new SnapshotDocuments());
  const run = new RestoreRun({
    restorer,
    blobText: (hash) => blobs.text(hash),
    snapshot: async (path) => storeSnapshot((await seeFile(path)).state, blobs, logger),
    settled: () => records.recorder.settled(),
    roots: diskFolders,
    logger,
  });
  const files = new RestoreFiles({ ledger, review, blobs, run, now: () => Date.now(), logger });
  const conversation = (threadId: string): Conversation | undefined => conversations.ofThread(threadId);
  return {
    turns: new TurnChanges({ ledger, blobs, restorer, files, snapshots, conversation, logger }),
    checkpoint: new RestoreCheckpoint({ files, restorer, snapshots, putBack, takeOut, continueAs, logger }),
  };
}
