import type { Logger } from '../base/logger';
import type { AppServerClient } from '../router/appServerClient';
import type { ConversationFields, ConversationView, FileChangeView, Mode } from '../shared/conversation';
import type { FileChoice } from './edits/partialChange';
import type { FileLeases } from './fileLeases';
import type { ItemOrigin } from './itemAnnouncer';
import type { LimitReached } from './limits';
import type { UnfinishedMemory } from './unfinished';

/** What a conversation needs from outside: nothing in it reads a clock, makes up an id or knows the editor. */
export interface ConversationContext {
  readonly client: AppServerClient;
  readonly logger: Logger;
  now(): number;
  createId(): string;
  /** The environment that turns select, or `null` where the server refused it. */
  environmentId(): string | null;
  /** Folders of the workspace beside the conversation's own, absolute. */
  extraFolders(folder: string): readonly string[];
  /** Folders of the workspace, absolute. A proposed change outside of them is marked so. */
  workspaceFolders(): readonly string[];
  /**
   * Runs before an accepted change is answered. It gets the editor ready to write what was chosen of the change, and
   * saves unsaved documents where the server writes the files by itself.
   */
  beforeFilesAreWritten(patch: ApprovedPatch): Promise<WriteDecision>;
  /** Which conversations are about to write which files. It is told here what waits for the person, and what may be written. */
  readonly leases: Pick<FileLeases, 'waitingForApproval' | 'accepted'>;
  /** Runs before a turn starts; `false` keeps the message unsent. It asks before full access is used. */
  mayStartTurn(mode: Mode, folder: string): Promise<boolean>;
  readonly memory: ConversationMemory;
  /** What the window before this one left unfinished. */
  readonly unfinished?: UnfinishedMemory;
  /** What the person typed in a conversation and did not send. */
  draftOf?(conversation: Pick<ConversationView, 'key' | 'threadId'>): string;
  /** What a turn that fails for want of allowance is up against. */
  limitReached?(): LimitReached;
}

/** A change of files that the person accepted, as a whole or in part. */
export interface ApprovedPatch extends ItemOrigin {
  readonly files: readonly ApprovedFile[];
}

/** One file of a proposed change, and how much of it is to be written. */
export interface ApprovedFile extends FileChangeView {
  readonly choice: FileChoice;
}

/** `write: false` turns the acceptance into a decline. `note`: what the agent is told before it goes on, in English. */
export interface WriteDecision {
  readonly write: boolean;
  readonly note?: string;
}

/** What was chosen for a conversation, and its folder. The server does not keep the mode, and is told the folder. */
export type ConversationChoices = Pick<ConversationFields, 'mode' | 'model' | 'effort'> &
  Partial<Pick<ConversationFields, 'folder' | 'tier'>>;

/**
 * Keeps what was chosen for each conversation, and what its agent is still to be told, over a reload of the window. `id`:
 * of its thread, else its key.
 */
export interface ConversationMemory {
  recall(id: string): Partial<ConversationChoices>;
  keep(id: string, choices: ConversationChoices): void;
  /** Forgets choices and notes. */
  forget(id: string): void;
  /** Notes for the agent that go with the next message, oldest first. */
  recallNotes(threadId: string): readonly string[];
  keepNotes(threadId: string, notes: readonly string[]): void;
}
