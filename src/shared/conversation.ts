/**
 * A conversation as host and webview both hold it: plain JSON. The host's reducer emits deltas; both sides apply them
 * with `applyDelta`, so what a panel shows is always what the host holds.
 */

import type { Attachment } from './composer';
import type { DiffLine } from './fileDiff';
import type { ImageView } from './images';
import type { FieldValue, FieldView } from './questions';

/** See `switchyard.mode`. */
export const MODE_NAMES = ['ask', 'agent', 'plan', 'fullAccess'] as const;
export type Mode = (typeof MODE_NAMES)[number];

/** What a conversation is doing. `waiting`: for the person's answer to an approval. */
export type ConversationStatus = 'ready' | 'working' | 'waiting' | 'stopping' | 'stopped' | 'failed';

export interface ConversationView {
  /** Our own name for it, stable for the life of the window. */
  readonly key: string;
  threadId: string | null;
  title: string;
  status: ConversationStatus;
  mode: Mode;
  /** Empty: Codex's own default. */
  model: string;
  effort: string;
  /** How fast the model answers; `null` or missing: not chosen. */
  tier?: TierView | null;
  /** The model provider's id, once the server has told. */
  provider: string;
  folder: string;
  /** True while older turns are being read from the server. */
  loading: boolean;
  /** Turns before the first of `turns` that the server keeps: read a page at a time, when they are asked for. */
  earlier: 'none' | 'more' | 'loading';
  turns: TurnView[];
  approvals: ApprovalView[];
  /** Messages that wait for the running turn to end. */
  queue: MessageDraft[];
  /** Messages on their way to the server, or refused by it. */
  outbox: OutgoingMessage[];
  usage: UsageView | null;
  /** The connection to the model is being repeated: what the server says of it. */
  retry: string | null;
  updatedAtMs: number;
  /** Files with changes of this conversation that nobody has kept or undone yet. */
  unreviewed: readonly UnreviewedFileView[];
  /** The turns that changed files, as the editor recorded it; oldest first. */
  changedTurns: readonly TurnChangesView[];
  /** Files that another conversation is about to write as well. */
  contention: readonly ContentionView[];
  /** The question that was asked beside the conversation last, until it is put away. */
  side: SideQuestionView | null;
  /** What it is to reach over as many turns as that takes; `null` or missing: nothing was set. */
  goal?: GoalView | null;
}

/** How a goal stands. `blocked`: the model, or a turn that failed, could not go on. */
export interface GoalView {
  readonly objective: string;
  readonly status: 'active' | 'paused' | 'blocked' | 'usageLimited' | 'budgetLimited' | 'complete';
  readonly tokensUsed: number;
  readonly seconds: number;
}

/** A question beside a conversation: answered in a copy of its thread, of which nothing is kept. */
export interface SideQuestionView {
  readonly question: string;
  /** The copy, with the one turn that answers. */
  readonly answer: ConversationView;
}

export interface UnreviewedFileView {
  /** Absolute. */
  readonly path: string;
  readonly label: string;
  readonly kind: FileChangeView['kind'];
  readonly added: number;
  readonly removed: number;
  /** What was there before is not known: the change can be kept, but not undone. */
  readonly gap: boolean;
}

export interface TurnChangesView {
  readonly turnId: string;
  readonly files: number;
  /** Its files are as they were before it: the person took the turn back. */
  readonly undone: boolean;
}

export interface ContentionView {
  readonly path: string;
  readonly label: string;
  /** Key and title of the other conversation. */
  readonly otherKey: string;
  readonly otherTitle: string;
  /** `waits`: this conversation's write is held until the other is done. `warned`: both may write. */
  readonly role: 'waits' | 'isWaitedFor' | 'warned';
}

export interface MessageDraft {
  readonly id: string;
  readonly text: string;
  readonly attachments?: readonly Attachment[];
}

export interface OutgoingMessage extends MessageDraft {
  readonly problem: ProblemView | null;
}

/** A service tier of a model. */
export interface TierView {
  readonly id: string;
  readonly name: string;
}

export interface UsageView {
  readonly usedTokens: number;
  /** `null`: the server does not know it. */
  readonly windowTokens: number | null;
  /** Of the model’s last answer. After a compaction its parts are 0: `usedTokens` is an estimate then. */
  readonly last?: TokenCounts;
  /** Of all answers of the conversation. */
  readonly total?: TokenCounts;
}

export interface TokenCounts {
  readonly input: number;
  /** Of `input`: what the model service still knew. */
  readonly cached: number;
  readonly output: number;
  /** Of `output`. */
  readonly reasoning: number;
}

/** A failure as the person sees it: what happened, what was kept and what to do next. */
export interface ProblemView {
  readonly title: string;
  readonly detail: string;
  readonly actions: readonly ProblemAction[];
  /** When the limit that was reached is reset. */
  readonly resetsAtMs?: number;
}

export type ProblemAction =
  | 'retry'
  | 'restart'
  | 'installCodex'
  | 'chooseCodex'
  | 'showLog'
  | 'signIn'
  | 'newConversation'
  | 'compact'
  | 'forkConversation'
  | 'unarchive'
  | 'compactAndRetry'
  | 'selectModel'
  | 'selectMode';

export type TurnStatus = 'working' | 'completed' | 'stopped' | 'failed';

export interface TurnView {
  readonly id: string;
  status: TurnStatus;
  startedAtMs: number | null;
  durationMs: number | null;
  /** What the model was given and gave: in the thread before this turn, and in this turn, as far as that was told. */
  tokens?: { readonly before: number; readonly used: number };
  problem: ProblemView | null;
  items: ItemView[];
}

/** A turn without its items. */
export type TurnHead = Omit<TurnView, 'items'>;

export type StepStatus = 'working' | 'completed' | 'failed' | 'declined' | 'stopped';

export interface YouItem {
  readonly type: 'you';
  readonly id: string;
  readonly text: string;
  readonly attachments: readonly string[];
  readonly images?: readonly ImageView[];
}

export interface MessageItem {
  readonly type: 'message';
  readonly id: string;
  text: string;
  streaming: boolean;
  /** What the agent asks beside its work, without waiting for the answer. */
  readonly questions?: readonly { readonly title: string; readonly options: readonly string[] }[];
}

export interface ReasoningItem {
  readonly type: 'reasoning';
  readonly id: string;
  text: string;
  streaming: boolean;
  startedAtMs: number | null;
  durationMs: number | null;
}

export interface CommandItem {
  readonly type: 'command';
  readonly id: string;
  readonly command: string;
  readonly folder: string;
  /** What the command does, when that is known: "Read a.ts, b.ts". */
  readonly summary: string | null;
  status: StepStatus;
  text: string;
  exitCode: number | null;
  durationMs: number | null;
}

export interface FileChangeView {
  /** Absolute. */
  readonly path: string;
  /** Relative to the conversation's folder where it lies inside, else absolute. */
  readonly label: string;
  readonly kind: 'add' | 'delete' | 'update';
  readonly movedTo: string | null;
  /** Content for `add` and `delete`, hunks for `update` (codex app-server 0.169.0). */
  readonly diff: string;
  readonly added: number;
  readonly removed: number;
}

export interface FilesItem {
  readonly type: 'files';
  readonly id: string;
  status: StepStatus;
  readonly changes: readonly FileChangeView[];
  /** Why the editor refused or did not save; one line per file. */
  notes: readonly string[];
}

/** Any other step: tool calls, searches, images, reviews, and item types this version does not know. */
export interface StepItem {
  readonly type: 'step';
  readonly id: string;
  readonly icon: string;
  readonly verb: string;
  readonly subject: string;
  readonly status: StepStatus;
  readonly durationMs: number | null;
  readonly text: string;
  readonly images?: readonly ImageView[];
  /** What the person asked for is in it: it does not fold away with the work. */
  readonly isResult?: boolean;
}

export interface PlanItem {
  readonly type: 'plan';
  readonly id: string;
  readonly steps: readonly { readonly text: string; readonly status: 'pending' | 'working' | 'done' }[];
}

export interface NoticeItem {
  readonly type: 'notice';
  readonly id: string;
  readonly text: string;
}

export type ItemView =
  YouItem | MessageItem | ReasoningItem | CommandItem | FilesItem | StepItem | PlanItem | NoticeItem;

export interface DecisionView {
  readonly id: string;
  readonly label: string;
  readonly tone: 'primary' | 'secondary' | 'quiet';
  /** What is filled in goes with it. */
  readonly takesValues?: boolean;
}

/** One file of a proposed change, of which the person may leave out the whole or some hunks. */
export interface ProposedFileView {
  readonly path: string;
  readonly label: string;
  readonly kind: FileChangeView['kind'];
  readonly added: number;
  readonly removed: number;
  /** It lies outside the folders of the workspace. */
  readonly outside: boolean;
  /** `edited`: the person wrote another text into the right side of the diff; it is written instead. */
  readonly choice: 'all' | 'some' | 'none' | 'edited';
  /** Empty where there is nothing to choose within the file: new, deleted or moved whole, or too large. */
  readonly hunks: readonly ProposedHunkView[];
}

export interface ProposedHunkView {
  readonly lines: readonly DiffLine[];
  readonly included: boolean;
}

export interface ApprovalView {
  readonly id: string;
  readonly kind: 'command' | 'files' | 'permissions' | 'tool' | 'question' | 'form' | 'link';
  readonly turnId: string | null;
  readonly itemId: string | null;
  /** Ends the accessible name "Approval: …". */
  readonly title: string;
  readonly command: string | null;
  readonly folder: string | null;
  readonly reason: string | null;
  readonly files: readonly ProposedFileView[];
  /** What it is about, as names and values: arguments of a tool. */
  readonly details?: readonly { readonly name: string; readonly value: string }[];
  /** What the person fills in, and what stands in it so far where that is not its initial value. */
  readonly fields?: readonly FieldView[];
  readonly filled?: readonly FieldValue[];
  /** A web page to open before the answer. */
  readonly link?: string;
  readonly decisions: readonly DecisionView[];
}

/** All of a conversation that is not in its turns. */
export type ConversationFields = Omit<ConversationView, 'key' | 'turns'>;

/** One step of change. Items and turns are replaced by id, or added at the end. */
export type Delta =
  | { readonly type: 'set'; readonly fields: Partial<ConversationFields> }
  | { readonly type: 'turn'; readonly turn: TurnHead }
  | { readonly type: 'item'; readonly turnId: string; readonly item: ItemView }
  | { readonly type: 'append'; readonly turnId: string; readonly itemId: string; readonly text: string }
  | { readonly type: 'removeItem'; readonly turnId: string; readonly itemId: string }
  | { readonly type: 'dropTurns' }
  /** Whole turns that come before all others, oldest first. */
  | { readonly type: 'earlierTurns'; readonly turns: readonly TurnView[] }
  /** Another question is asked beside the conversation; `null`: it is put away. */
  | { readonly type: 'sideQuestion'; readonly side: SideQuestionView | null }
  /** Of what answers the question beside the conversation. */
  | { readonly type: 'side'; readonly delta: Delta };
