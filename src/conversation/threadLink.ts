import { type Disposable, toDisposable } from '../base/disposable';
import { hasReason, messageOf } from '../base/errors';
import type { ReviewTarget } from '../protocol/generated/types/v2/ReviewTarget';
import type { Thread } from '../protocol/generated/types/v2/Thread';
import type { Turn } from '../protocol/generated/types/v2/Turn';
import type { TurnEnvironmentParams } from '../protocol/generated/types/v2/TurnEnvironmentParams';
import type { NotificationListener } from '../router/messageRouter';
import type { ConversationFields, ConversationView, MessageDraft } from '../shared/conversation';
import { noteInput } from './agentNotes';
import { toInput } from './attachments';
import type { ConversationContext } from './context';
import { resumeQuietly } from './goal';
import { modeSettings } from './modes';

/** So many turns are read at once. */
const HISTORY_PAGE = 20;

/** An accepted change waits for it, and the notes can go with the next message. */
const NOTES_DEADLINE_MS = 5_000;

/** Some of a thread's turns with their items, oldest first. */
export interface TurnPage {
  readonly turns: readonly Turn[];
  /** Leads to the turns before these; `null`: there are none. */
  readonly earlier: string | null;
}

/** What the server tells of a thread that was started or resumed. */
type AttachedFields = Pick<ConversationFields, 'threadId' | 'provider' | 'model'> &
  Partial<Pick<ConversationFields, 'title'>>;

/**
 * The tie between a conversation and its thread on the server: made on the first message, remade after a restart.
 * The server forgets environment, sandbox and approval policy on a resume, so all are sent again (codex 0.169.0).
 */
export class ThreadLink implements Disposable {
  private attached = false;
  /** A resumed thread is back on the server's own environment until a turn selects ours. */
  private mustSelectEnvironment = false;
  private subscription: Disposable = toDisposable(() => undefined);
  private starting: Promise<void> | undefined;

  constructor(
    private readonly view: Readonly<ConversationView>,
    private readonly context: ConversationContext,
    private readonly listener: NotificationListener,
    /** Told what the server says of the thread, before any of its events. */
    private readonly onDidAttach: (fields: AttachedFields) => void,
  ) {}

  /** Hears the events of the thread, if there is one already. Those that came before are told at once. */
  begin(): void {
    if (this.view.threadId !== null) this.listen(this.view.threadId);
  }

  /** Starts or resumes the thread unless that was done with the process that runs now. */
  async attach(): Promise<void> {
    if (this.attached && this.context.client.state.kind === 'ready') return;
    this.starting ??= (
      this.view.threadId === null ? this.startThread() : this.resumeThread(this.view.threadId)
    ).finally(() => {
      this.starting = undefined;
    });
    await this.starting;
  }

  /** The process that knew the thread has ended. */
  detach(): void {
    this.attached = false;
  }

  /**
   * Sends a message as a new turn with the mode, model, effort and tier of now, and notes of the editor beside it.
   *
   * @throws RpcError, SwitchyardError
   */
  async startTurn(message: MessageDraft, notes: () => readonly string[]): Promise<Turn> {
    await this.attach();
    const { client } = this.context;
    const { turn } = await client.request('turn/start', {
      threadId: this.threadId(),
      clientUserMessageId: message.id,
      // The words come first: the server makes the name of a thread from the beginning of its first message.
      input: [...toInput(message), ...notes().map(noteInput)],
      ...this.settings(),
    });
    this.mustSelectEnvironment = false;
    return turn;
  }

  /** Tells the mode, model, effort and tier of now for the turns that the server starts by itself. @throws RpcError, SwitchyardError */
  async applySettings(): Promise<void> {
    await this.attach();
    await this.context.client.request('thread/settings/update', { threadId: this.threadId(), ...this.settings() });
    this.mustSelectEnvironment = false;
  }

  async steer(message: MessageDraft, turnId: string): Promise<void> {
    await this.context.client.request('turn/steer', {
      threadId: this.threadId(),
      expectedTurnId: turnId,
      clientUserMessageId: message.id,
      input: toInput(message),
    });
  }

  /**
   * Tells the running turn what the editor has to say. While an approval waits it is delivered right after the output
   * of the tool that was asked about, otherwise it cuts the model's stream (codex app-server 0.169.0).
   */
  async steerNotes(notes: readonly string[], turnId: string): Promise<void> {
    await this.context.client.request(
      'turn/steer',
      { threadId: this.threadId(), expectedTurnId: turnId, input: notes.map(noteInput) },
      { deadlineMs: NOTES_DEADLINE_MS },
    );
  }

  /**
   * Drops a turn and all later ones from what the server keeps and the model knows; files stay as they are. A thread
   * must be loaded for it, and is loaded anew by it, on the server's own environment (codex app-server 0.169.0).
   *
   * @throws RpcError, SwitchyardError
   */
  async revertBefore(turnId: string): Promise<void> {
    await this.attach();
    await this.context.client.request('thread/revert', { threadId: this.threadId(), beforeTurnId: turnId });
    this.mustSelectEnvironment = this.context.environmentId() !== null;
  }

  /**
   * Copies the thread as it is, with the ids of its turns, and puts the copy into the archive, out of everyday lists.
   * While the copy is there the server refuses to delete the thread (codex app-server 0.169.0): {@link deleteCopy}.
   *
   * @returns the id of the copy. @throws RpcError, SwitchyardError
   */
  async keepCopy(): Promise<string> {
    await this.attach();
    const { client } = this.context;
    const { thread } = await client.request('thread/fork', {
      threadId: this.threadId(),
      cwd: this.view.folder,
      excludeTurns: true,
    });
    await client.request('thread/archive', { threadId: thread.id });
    return thread.id;
  }

  /** Deletes a copy that is of no use any more. Never rejects: one that could not be deleted stays in the archive. */
  async deleteCopy(threadId: string): Promise<void> {
    const { client, logger } = this.context;
    await client.request('thread/delete', { threadId }).catch((error: unknown) => {
      logger.warn(`A copy that was kept for a redo is still in the archive: ${messageOf(error)}`);
    });
  }

  /**
   * Goes on with another thread, out of the archive; the one so far takes its place there.
   *
   * @param moved told as soon as it is the thread of the conversation. @throws RpcError, SwitchyardError not after that
   */
  async continueAs(threadId: string, moved: () => void): Promise<void> {
    const { client, logger } = this.context;
    const former = this.threadId();
    await client.request('thread/unarchive', { threadId });
    await this.resumeThread(threadId);
    this.listen(threadId);
    moved();
    await client.request('thread/archive', { threadId: former }).catch((error: unknown) => {
      logger.warn(`A conversation that was replaced is still in the list: ${messageOf(error)}`);
    });
  }

  /** Starts a turn that puts a summary in the place of what was said so far. @throws RpcError, SwitchyardError */
  async compact(): Promise<void> {
    await this.attach();
    await this.context.client.request('thread/compact/start', { threadId: this.threadId() });
  }

  /** Starts a turn that reviews changes, with the mode, model and effort of now. @throws RpcError, SwitchyardError */
  async review(target: ReviewTarget): Promise<void> {
    // `review/start` takes none of them by itself: it goes on with those of the turn before.
    await this.applySettings();
    await this.context.client.request('review/start', { threadId: this.threadId(), target, delivery: 'inline' });
  }

  /** Stops the turn, and the commands it leaves behind: the server lets them run on by itself. */
  async interrupt(turnId: string): Promise<void> {
    const { client, logger } = this.context;
    const threadId = this.threadId();
    await client.request('turn/interrupt', { threadId, turnId });
    await client.request('thread/backgroundTerminals/clean', { threadId }).catch((error: unknown) => {
      if (!hasReason(error, 'connectionLost'))
        logger.warn(`Commands of the stopped turn may still run: ${messageOf(error)}`);
    });
  }

  /**
   * A page of the thread's turns: the newest, or those before an earlier page.
   *
   * @throws RpcError, SwitchyardError
   */
  async readTurns(cursor: string | null): Promise<TurnPage> {
    const { data, nextCursor } = await this.context.client.request('thread/turns/list', {
      threadId: this.threadId(),
      limit: HISTORY_PAGE,
      itemsView: 'full',
      sortDirection: 'desc',
      cursor,
    });
    return { turns: data.toReversed(), earlier: nextCursor };
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private async startThread(): Promise<void> {
    const { folder, model, mode } = this.view;
    const { approvalPolicy, sandbox } = modeSettings(mode, []);
    await this.context.client.start();
    const response = await this.context.client.startThread({
      cwd: folder,
      approvalPolicy,
      sandbox,
      ...(model !== '' && { model }),
      ...this.selectedEnvironments(),
    });
    this.onDidAttach({
      threadId: response.thread.id,
      provider: response.modelProvider,
      // A model chosen meanwhile counts.
      model: this.view.model || response.model,
    });
    this.listen(response.thread.id);
    this.attached = true;
    this.mustSelectEnvironment = false;
  }

  private async resumeThread(threadId: string): Promise<void> {
    const { folder, mode } = this.view;
    const { approvalPolicy, sandbox } = modeSettings(mode, []);
    await this.context.client.start();
    const params = { threadId, cwd: folder, approvalPolicy, sandbox, excludeTurns: true };
    const response = await resumeQuietly(this.context, threadId, () => this.context.client.resumeThread(params));
    this.onDidAttach({
      threadId,
      provider: response.modelProvider,
      model: this.view.model || response.model,
      title: this.view.title || threadTitle(response.thread),
    });
    this.attached = true;
    this.mustSelectEnvironment = this.context.environmentId() !== null;
  }

  private settings() {
    const { model, effort, tier, mode, folder } = this.view;
    const { approvalPolicy, sandboxPolicy } = modeSettings(mode, this.context.extraFolders(folder));
    return {
      approvalPolicy,
      sandboxPolicy,
      ...(model !== '' && { model }),
      ...(effort !== '' && { effort }),
      ...(tier && { serviceTier: tier.id }),
      ...(this.mustSelectEnvironment && { environments: this.environments() }),
    };
  }

  private selectedEnvironments(): { environments?: TurnEnvironmentParams[] } {
    return this.context.environmentId() === null ? {} : { environments: this.environments() };
  }

  /** Exactly one: with two, the patch grammar and the diff's paths change (codex app-server 0.169.0). */
  private environments(): TurnEnvironmentParams[] {
    const environmentId = this.context.environmentId();
    return environmentId === null ? [] : [{ environmentId, cwd: this.view.folder }];
  }

  private listen(threadId: string): void {
    this.subscription.dispose();
    this.subscription = this.context.client.router.onThread(threadId, this.listener);
  }

  private threadId(): string {
    if (this.view.threadId === null) throw new Error('The conversation has no thread yet.');
    return this.view.threadId;
  }
}

/** The name that a person gave to a thread, or else its first words. */
export function threadTitle({ name, preview }: Pick<Thread, 'name' | 'preview'>): string {
  return name ?? preview.trim().split('\n')[0] ?? '';
}
