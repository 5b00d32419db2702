import { type Disposable, toDisposable } from '../base/disposable';
import type { ServerNotifications } from '../protocol/generated/methods';
import type { TypedNotification } from './notification';
import { PendingEvents } from './pendingEvents';

/** The ids, other than a thread's, by which a message of no thread is told apart. */
export type CorrelationKey =
  'loginId' | 'processId' | 'processHandle' | 'watchId' | 'sessionId' | 'subscriptionId' | 'importId' | 'projectId';

/** Which id each method carries at the top of its params (schema of codex app-server 0.169.0). */
const KEYS: Readonly<Partial<Record<string, CorrelationKey>>> = {
  'account/login/completed': 'loginId',
  'account/gatewayOAuth/changed': 'loginId',
  'mcpServer/oauthLogin/completed': 'loginId',
  'command/exec/outputDelta': 'processId',
  'process/outputDelta': 'processHandle',
  'process/exited': 'processHandle',
  'fs/changed': 'watchId',
  'fuzzyFileSearch/sessionUpdated': 'sessionId',
  'fuzzyFileSearch/sessionCompleted': 'sessionId',
  'mcpServer/event/stream/notification': 'subscriptionId',
  'externalAgentConfig/import/progress': 'importId',
  'externalAgentConfig/import/completed': 'importId',
  'project/changed': 'projectId',
} satisfies Partial<Record<keyof ServerNotifications, CorrelationKey>>;

const LIMITS = { events: 500, keys: 32, bytes: 4 * 1024 * 1024, ageMs: 60_000 };

/** Hears one message that carries the id it asked for. */
export type CorrelatedListener = (notification: TypedNotification) => void;

/**
 * Gives the messages of logins, processes, file watches, searches, subscriptions and imports to whoever asked for that
 * id. What comes before, a login's end above all, is kept for the one that asks first.
 */
export class CorrelatedEvents {
  private readonly listeners = new Map<string, Set<CorrelatedListener>>();
  private readonly pending: PendingEvents;

  constructor(
    private readonly deliver: (listener: CorrelatedListener, notification: TypedNotification) => void,
    onDrop: (notification: TypedNotification) => void,
  ) {
    this.pending = new PendingEvents(LIMITS, onDrop);
  }

  on(key: CorrelationKey, id: string, listener: CorrelatedListener): Disposable {
    const name = `${key} ${id}`;
    const listeners = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, listeners.add(listener));
    for (const notification of this.pending.take(name)) this.deliver(listener, notification);
    return toDisposable(() => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.listeners.get(name) === listeners) this.listeners.delete(name);
    });
  }

  /** Messages without such an id are nobody's here: whoever listens to everything hears them. */
  route(notification: TypedNotification): void {
    const key = KEYS[notification.method];
    if (key === undefined) return;
    const id = (notification.params as Readonly<Record<string, unknown>> | null | undefined)?.[key];
    if (typeof id !== 'string') return;
    const name = `${key} ${id}`;
    const listeners = this.listeners.get(name);
    if (!listeners) this.pending.hold(name, notification);
    else for (const listener of [...listeners]) this.deliver(listener, notification);
  }

  clear(): void {
    this.pending.clear();
  }
}
