import type { Disposable } from '../base/disposable';
import type { AccountLoginCompletedNotification } from '../protocol/generated/types/v2/AccountLoginCompletedNotification';
import type { CancelLoginAccountResponse } from '../protocol/generated/types/v2/CancelLoginAccountResponse';
import type { LoginAccountParams } from '../protocol/generated/types/v2/LoginAccountParams';
import type { LoginAccountResponse } from '../protocol/generated/types/v2/LoginAccountResponse';
import type { SendRequest } from '../transport/appServer';
import type { MessageRouter } from './messageRouter';

/** The ways to sign in that end later, when the person has done something in a browser. */
export type InteractiveLogin = Extract<LoginAccountParams, { type: 'chatgpt' | 'chatgptDeviceCode' }>;

/** What the server answers to one: the address to open, or the code to type. */
export type StartedLogin = Extract<LoginAccountResponse, { loginId: string }>;

/** One sign-in under way. It hears only of its own end, also when that came before the server's first answer. */
export class LoginHandle implements Disposable {
  private readonly subscription: Disposable;
  private readonly end: Promise<AccountLoginCompletedNotification>;
  private rejectEnd: (error: Error) => void = () => undefined;
  private ended = false;

  constructor(
    readonly started: StartedLogin,
    router: MessageRouter,
    private readonly request: SendRequest,
    private readonly onDidEnd: (login: LoginHandle) => void,
  ) {
    let resolveEnd: (end: AccountLoginCompletedNotification) => void = () => undefined;
    this.end = new Promise((resolve, reject) => {
      resolveEnd = resolve;
      this.rejectEnd = reject;
    });
    // Nobody has to wait for it.
    this.end.catch(() => undefined);
    this.subscription = router.onCorrelated('loginId', started.loginId, (notification) => {
      if (notification.known && notification.method === 'account/login/completed') {
        resolveEnd(notification.params);
        this.ended = true;
        onDidEnd(this);
      }
    });
  }

  get hasEnded(): boolean {
    return this.ended;
  }

  /** Resolves with how the sign-in ended; `success: false` after a cancel. @throws SwitchyardError `connectionLost` */
  completed(): Promise<AccountLoginCompletedNotification> {
    return this.end;
  }

  /** Gives the sign-in up; {@link completed} then resolves with its own, failed end. @throws RpcError, SwitchyardError */
  cancel(): Promise<CancelLoginAccountResponse> {
    return this.request('account/login/cancel', { loginId: this.started.loginId });
  }

  /** The server is gone, and the sign-in with it. */
  fail(error: Error): void {
    this.rejectEnd(error);
    this.subscription.dispose();
  }

  /** Stops listening: {@link completed} then never resolves unless it has. */
  dispose(): void {
    this.subscription.dispose();
    this.onDidEnd(this);
  }
}
