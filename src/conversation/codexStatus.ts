import { type Disposable, DisposableStore } from '../base/disposable';
import { SwitchyardError, messageOf } from '../base/errors';
import { Emitter } from '../base/event';
import type { Logger } from '../base/logger';
import type { Model } from '../protocol/generated/types/v2/Model';
import type { AppServerClient } from '../router/appServerClient';
import type { ProblemView } from '../shared/conversation';
import type { AppView } from '../shared/messages';
import { serverProblem } from './problems';

/** The model provider that `npm start` configures: the scripted model of the demo. */
const DEMO_PROVIDER = 'switchyard_demo';

/** A model as the picker shows it. */
export interface ModelChoice {
  readonly model: string;
  readonly label: string;
  readonly description: string;
  readonly isDefault: boolean;
  readonly efforts: readonly { readonly effort: string; readonly description: string }[];
}

/** What is true of Codex as a whole, whatever the conversation: server, account, models. */
export class CodexStatus implements Disposable {
  private readonly store = new DisposableStore();
  private readonly changes: Emitter<void>;
  private account:
    { readonly signedIn: boolean; readonly demo: boolean; readonly defaultModel: string | null } | undefined;

  readonly onDidChange;

  constructor(
    private readonly client: AppServerClient,
    private readonly logger: Logger,
  ) {
    this.changes = this.store.add(new Emitter((error) => logger.error(messageOf(error))));
    this.onDidChange = this.changes.event;
    this.store.add(
      client.onStateChange((state) => {
        this.changes.fire();
        if (state.kind === 'ready') this.refreshAccountSoon();
      }),
    );
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

  /** Starts Codex for whoever looks at a chat. A failure is not thrown: it is in `problem`. */
  start(): void {
    if (this.client.state.kind === 'ready') return;
    this.client.start().catch((error: unknown) => this.logger.info(`Codex does not run: ${messageOf(error)}`));
  }

  /** The models Codex offers, in its own order. @throws RpcError, SwitchyardError */
  async models(): Promise<ModelChoice[]> {
    const { data } = await this.client.request('model/list', {});
    return data.filter((model) => !model.hidden).map(toChoice);
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
    this.refreshAccount().catch((error: unknown) => this.logger.warn(`The account is not known: ${messageOf(error)}`));
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

function toChoice({ model, displayName, description, isDefault, supportedReasoningEfforts }: Model): ModelChoice {
  const efforts = supportedReasoningEfforts.map((option) => ({
    effort: option.reasoningEffort,
    description: option.description,
  }));
  return { model, label: displayName, description, isDefault, efforts };
}
