import type { Logger } from '../base/logger';
import type { AppServerClient } from '../router/appServerClient';
import type { ConversationFields, Mode } from '../shared/conversation';

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
  /**
   * Runs before an accepted change of these files is answered; `false` turns the acceptance into a decline. It saves
   * unsaved documents where the server writes the files by itself.
   */
  beforeFilesAreWritten(paths: readonly string[]): Promise<boolean>;
  /** Runs before a turn starts; `false` keeps the message unsent. It asks before full access is used. */
  mayStartTurn(mode: Mode, folder: string): Promise<boolean>;
  readonly memory: ConversationMemory;
}

/** What was chosen for a conversation. The server does not keep it. */
export type ConversationChoices = Pick<ConversationFields, 'mode' | 'model' | 'effort'>;

/** Keeps what was chosen for each thread over a reload of the window. */
export interface ConversationMemory {
  recall(threadId: string): Partial<ConversationChoices>;
  keep(threadId: string, choices: ConversationChoices): void;
}
