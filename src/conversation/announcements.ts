import type { ApprovalView, ConversationView } from '../shared/conversation';
import { isBusy } from './outbox';

/** Something of a conversation that a person who does not look at it wants to know. */
export type Announcement =
  | { readonly kind: 'needsYou'; readonly key: string; readonly approval: ApprovalView }
  | { readonly kind: 'finished'; readonly key: string }
  | { readonly kind: 'failed'; readonly key: string };

interface Seen {
  readonly busy: boolean;
  readonly approvals: ReadonlySet<string>;
}

const NOTHING: Seen = { busy: false, approvals: new Set() };

/** Says what is new about each conversation since it was looked at last. Each approval and each end is told once. */
export class Announcements {
  private readonly seen = new Map<string, Seen>();

  /** What to announce of a conversation that has changed. */
  observe(view: Readonly<Pick<ConversationView, 'key' | 'status' | 'approvals'>>): Announcement[] {
    const { key, status, approvals } = view;
    const before = this.seen.get(key) ?? NOTHING;
    const busy = isBusy(view);
    this.seen.set(key, { busy, approvals: new Set(approvals.map(({ id }) => id)) });
    const asked = approvals.filter(({ id }) => !before.approvals.has(id));
    const news = asked.map((approval): Announcement => ({ kind: 'needsYou', key, approval }));
    if (!before.busy || busy) return news;
    if (status === 'failed') news.push({ kind: 'failed', key });
    // One that the person stopped is no news.
    else if (status === 'ready') news.push({ kind: 'finished', key });
    return news;
  }

  /** Forgets the conversations that were closed. */
  prune(isOpen: (key: string) => boolean): void {
    for (const key of this.seen.keys()) if (!isOpen(key)) this.seen.delete(key);
  }
}
