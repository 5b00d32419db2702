import { type Disposable, DisposableStore } from '../base/disposable';
import { messageOf, RpcError } from '../base/errors';
import { Emitter } from '../base/event';
import type { Logger } from '../base/logger';
import type { CreditsSnapshot } from '../protocol/generated/types/v2/CreditsSnapshot';
import type { RateLimitSnapshot } from '../protocol/generated/types/v2/RateLimitSnapshot';
import type { RateLimitWindow } from '../protocol/generated/types/v2/RateLimitWindow';
import type { AppServerClient } from '../router/appServerClient';
import type { LimitsView, LimitWindowView } from '../shared/limits';

/** The limit that a notification without a name is about. */
const MAIN_LIMIT = 'codex';
/** What was read so lately is not read again. */
const FRESH_MS = 30_000;
const SECOND_MS = 1_000;
const FULL_PERCENT = 100;

/** Why nothing more may be used now, and until when. */
export interface LimitReached {
  /** `null`: not told. */
  readonly resetsAtMs: number | null;
  readonly plan: string | null;
  readonly credits: string | null;
}

/**
 * What the account may use. The server tells it with the model's answers, in part: what it leaves out, or gives as
 * `null`, still holds (codex app-server 0.169.0).
 */
export class RateLimits implements Disposable {
  private readonly store = new DisposableStore();
  private readonly changes: Emitter<void>;
  private readonly limits = new Map<string, RateLimitSnapshot>();
  /** The limit that the newest notification was about: the one that the turns of now count for. */
  private newest = MAIN_LIMIT;
  private readAtMs = -Infinity;
  /** Grows with every account: what was asked for another one is not believed. */
  private account = 0;

  readonly onDidChange;

  constructor(
    private readonly client: AppServerClient,
    private readonly logger: Logger,
    private readonly now: () => number,
  ) {
    this.changes = this.store.add(new Emitter((error) => logger.error(messageOf(error))));
    this.onDidChange = this.changes.event;
    this.store.add(
      client.onNotification((notification) => {
        if (!notification.known) return;
        if (notification.method === 'account/rateLimits/updated') this.merge(notification.params.rateLimits);
        else if (notification.method === 'account/updated') this.forget();
      }),
    );
  }

  /** What is known now; `null`: nothing. */
  get view(): LimitsView | null {
    const known = [...this.limits.values()];
    if (known.length === 0) return null;
    return {
      windows: known.flatMap(windowsOf),
      plan: planName(known.find(({ planType }) => planType !== null)?.planType ?? null),
      credits: creditsLeft(known.find(({ credits }) => credits !== null)?.credits ?? null),
    };
  }

  /** What a turn that failed for want of allowance was up against. */
  reached(): LimitReached {
    const limit = this.limits.get(this.newest);
    const full = limit ? windowsOf(limit).filter(({ usedPercent }) => usedPercent >= FULL_PERCENT) : [];
    const resets = full.map(({ resetsAtMs }) => resetsAtMs ?? 0).filter((resetsAtMs) => resetsAtMs > this.now());
    return {
      resetsAtMs: resets.length > 0 ? Math.max(...resets) : null,
      plan: this.view?.plan ?? null,
      credits: this.view?.credits ?? null,
    };
  }

  /** Reads the limits anew, unless that was just done or Codex does not run. A failure is only logged. */
  async refresh(): Promise<void> {
    if (this.client.state.kind !== 'ready' || this.now() - this.readAtMs < FRESH_MS) return;
    this.readAtMs = this.now();
    const { account } = this;
    try {
      const answer = await this.client.request('account/rateLimits/read', { excludeResetCreditDetails: true });
      if (account !== this.account) return;
      this.limits.clear();
      for (const [id, limit] of Object.entries(answer.rateLimitsByLimitId ?? {})) if (limit) this.limits.set(id, limit);
      const main = answer.rateLimits as RateLimitSnapshot | undefined;
      if (main) this.limits.set(main.limitId ?? MAIN_LIMIT, main);
      this.changes.fire();
    } catch (error) {
      // Who is signed in with a key, or uses another provider, has none to read.
      const isRefusal = error instanceof RpcError && error.reason !== 'overloaded';
      this.logger[isRefusal ? 'debug' : 'warn'](`The usage limits are not known: ${messageOf(error)}`);
    }
  }

  dispose(): void {
    this.store.dispose();
  }

  private merge(news: RateLimitSnapshot): void {
    this.newest = news.limitId ?? MAIN_LIMIT;
    const before = JSON.stringify(this.view);
    this.limits.set(this.newest, merged(this.limits.get(this.newest), news));
    if (JSON.stringify(this.view) !== before) this.changes.fire();
  }

  private forget(): void {
    this.account += 1;
    this.limits.clear();
    this.newest = MAIN_LIMIT;
    this.readAtMs = -Infinity;
    this.changes.fire();
    void this.refresh();
  }
}

function merged(known: RateLimitSnapshot | undefined, news: RateLimitSnapshot): RateLimitSnapshot {
  if (!known) return news;
  const told = Object.fromEntries(Object.entries(news).filter(([, value]) => value !== null));
  return {
    ...known,
    ...told,
    primary: mergedWindow(known.primary, news.primary),
    secondary: mergedWindow(known.secondary, news.secondary),
  };
}

function mergedWindow(known: RateLimitWindow | null, news: RateLimitWindow | null): RateLimitWindow | null {
  if (!known || !news) return news ?? known;
  return {
    usedPercent: news.usedPercent,
    windowDurationMins: news.windowDurationMins ?? known.windowDurationMins,
    resetsAt: news.resetsAt ?? known.resetsAt,
  };
}

function windowsOf({ limitId, limitName, primary, secondary, individualLimit }: RateLimitSnapshot): LimitWindowView[] {
  const isMain = limitId === null || limitId === MAIN_LIMIT;
  const named = (name: string): string => (isMain ? name : `${limitName ?? limitId}, ${name}`);
  const windows = [primary, secondary].flatMap((window) =>
    window
      ? [{ name: named(spanName(window.windowDurationMins)), usedPercent: window.usedPercent, ...resetOf(window) }]
      : [],
  );
  if (!individualLimit) return windows;
  const usedPercent = FULL_PERCENT - individualLimit.remainingPercent;
  return [...windows, { name: named('spending limit'), usedPercent, ...resetOf(individualLimit) }];
}

function resetOf({ resetsAt }: { readonly resetsAt: number | null }): Pick<LimitWindowView, 'resetsAtMs'> {
  return { resetsAtMs: resetsAt === null ? null : resetsAt * SECOND_MS };
}

const HOUR_MINS = 60;
const DAY_MINS = 24 * HOUR_MINS;
const SPANS: Readonly<Record<number, string>> = { 1: 'daily limit', 7: 'weekly limit', 30: 'monthly limit' };

/** "5-hour limit"; the server rounds some spans, such as a week of 10,079 minutes. */
function spanName(minutes: number | null): string {
  if (minutes === null) return 'usage limit';
  const days = Math.round(minutes / DAY_MINS);
  if (minutes >= DAY_MINS - HOUR_MINS) return SPANS[days] ?? `${days}-day limit`;
  const hours = Math.round(minutes / HOUR_MINS);
  return hours > 0 ? `${hours}-hour limit` : `${minutes}-minute limit`;
}

/** "self_serve_business_prolite" is "Self serve business prolite". */
function planName(plan: string | null): string | null {
  if (plan === null || plan === 'unknown') return null;
  const words = plan.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function creditsLeft(credits: CreditsSnapshot | null): string | null {
  if (!credits) return null;
  if (credits.unlimited) return 'unlimited credits';
  if (!credits.hasCredits) return 'no credits';
  return credits.balance === null ? null : `${credits.balance} credits`;
}
