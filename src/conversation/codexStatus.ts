import { type Disposable, DisposableStore } from '../base/disposable';
import { SwitchyardError, messageOf } from '../base/errors';
import { Emitter } from '../base/event';
import type { Logger } from '../base/logger';
import type { AppServerClient } from '../router/appServerClient';
import type { ProblemView } from '../shared/conversation';
import type { AppView } from '../shared/messages';
import { RateLimits } from './limits';
import { type ModelChoice, readModels } from './models';
import { serverProblem } from './problems';
import { NO_REQUIREMENTS, type Requirements, toRequirements } from './requirements';

/** The model provider that `npm start` configures: the scripted model of the demo. */
const DEMO_PROVIDER = 'switchyard_demo';

/** What is true of Codex as a whole, whatever the conversation: server, account, models, limits. */
export class CodexStatus implements Disposable {
  private readonly store = new DisposableStore();
  private readonly changes: Emitter<void>;
  private account:
    { readonly signedIn: boolean; readonly demo: boolean; readonly defaultModel: string | null } | undefined;

  /** Never rejects. */
  private accountRead: Promise<void> = Promise.resolve();
  /** What the organisation lets people choose, as far as it is known. */
  requirements: Requirements = NO_REQUIREMENTS;
  readonly limits: RateLimits;
  readonly onDidChange;

  constructor(
    private readonly client: AppServerClient,
    private readonly logger: Logger,
    now: () => number,
  ) {
    this.limits = this.store.add(new RateLimits(client, logger, now));
    this.changes = this.store.add(new Emitter((error) => logger.error(messageOf(error))));
    this.onDidChange = this.changes.event;
    this.store.add(
      client.onStateChange((state) => {
        this.changes.fire();
        if (state.kind !== 'ready') return;
        this.refreshAccountSoon();
        void this.refreshRequirements();
        void this.limits.refresh();
      }),
    );
    this.store.add(this.limits.onDidChange(() => this.changes.fire()));
    this.store.add(
      client.onNotification((notification) => {
        if (notification.method === 'account/updated') this.refreshAccountSoon();
      }),
    );
  }

  get server(): AppView['server'] {
    const { kind } = this.client.state;
    return kind === 'waiting' ? 'reconnecting' : kind;
  }

  /** Why Codex does not run, and what to do. */
  get problem(): ProblemView | null {
    const { state } = this.client;
    return state.kind === 'failed' ? serverProblem(state.error) : null;
  }

  get demo(): boolean {
    return this.account?.demo ?? false;
  }

  get signedIn(): boolean | null {
    return this.account?.signedIn ?? null;
  }

  /** The model that answers where a conversation names none; `null` while it is not known, or Codex decides. */
  get defaultModel(): string | null {
    return this.account?.defaultModel ?? null;
  }

  /** Starts Codex for whoever looks at a chat; where it runs, the limits are read again. A failure is not thrown: it is in `problem`. */
  start(): void {
    if (this.client.state.kind === 'ready') {
      void this.limits.refresh();
      return;
    }
    this.client.start().catch((error: unknown) => this.logger.info(`Codex does not run: ${messageOf(error)}`));
  }

  /** The models Codex offers, in its own order; then {@link defaultModel} is known too. @throws RpcError, SwitchyardError */
  async models(): Promise<ModelChoice[]> {
    const models = await readModels(this.client);
    await this.accountRead;
    return models;
  }

  /** Starts a sign-in with ChatGPT; resolves with the address to open in a browser. @throws RpcError, SwitchyardError */
  async signIn(): Promise<string> {
    const response = await this.client.request('account/login/start', { type: 'chatgpt' });
    if (response.type === 'chatgpt') return response.authUrl;
    throw new SwitchyardError('protocol', `codex answered a sign-in of type ${response.type}.`);
  }

  /** @throws RpcError, SwitchyardError */
  async signOut(): Promise<void> {
    await this.client.request('account/logout', undefined);
  }

  dispose(): void {
    this.store.dispose();
  }

  private refreshAccountSoon(): void {
    this.accountRead = this.refreshAccount().catch((error: unknown) =>
      this.logger.warn(`The account is not known: ${messageOf(error)}`),
    );
  }

  /** Without an answer nothing is known to be forbidden: the server itself refuses what is. */
  private async refreshRequirements(): Promise<void> {
    try {
      this.requirements = toRequirements(await this.client.request('configRequirements/read', undefined));
      this.changes.fire();
    } catch (error) {
      this.logger.warn(`What the organisation requires is not known: ${messageOf(error)}`);
    }
  }

  private async refreshAccount(): Promise<void> {
    const [{ account, requiresOpenaiAuth }, { config }] = await Promise.all([
      this.client.request('account/read', {}),
      this.client.request('config/read', { includeLayers: false }),
    ]);
    this.account = {
      signedIn: account !== null || !requiresOpenaiAuth,
      demo: config.model_provider === DEMO_PROVIDER,
      defaultModel: config.model,
    };
    this.changes.fire();
  }
}
