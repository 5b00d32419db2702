import type { ConversationStatus, ConversationView, Delta, ProblemAction, ProblemView } from './conversation';

/** What every panel shows of the whole extension, beside its conversation. */
export interface AppView {
  readonly server: 'stopped' | 'starting' | 'ready' | 'reconnecting' | 'failed';
  /** Why Codex does not run. */
  readonly problem: ProblemView | null;
  /** True when the scripted model of `npm start` answers. */
  readonly demo: boolean;
  /** `null`: not known yet. */
  readonly signedIn: boolean | null;
  /** The model that answers where a conversation names none; `null`: not known. */
  readonly defaultModel: string | null;
  readonly sendKey: 'enter' | 'ctrlEnter';
  readonly folderName: string | null;
}

/** One line of a list of conversations. */
export interface ConversationSummary {
  readonly key: string;
  readonly threadId: string | null;
  readonly title: string;
  readonly status: ConversationStatus;
  readonly updatedAtMs: number;
  readonly unread: boolean;
}

/** What a panel keeps by itself over a reload of the window. */
export interface PanelState {
  readonly threadId: string | null;
  readonly key: string;
}

/**
 * Host to webview. Deltas are numbered per conversation; a message carries those after `from` up to `seq`. A webview
 * whose last number is not `from` has missed some and asks for a new snapshot.
 */
export type ToWebview =
  | { readonly type: 'app'; readonly app: AppView }
  | {
      readonly type: 'snapshot';
      readonly seq: number;
      readonly conversation: Readonly<ConversationView>;
      readonly draft: string;
    }
  | {
      readonly type: 'deltas';
      readonly key: string;
      readonly from: number;
      readonly seq: number;
      readonly deltas: readonly Delta[];
    }
  | { readonly type: 'focusComposer' }
  /** Into the composer, at the cursor. */
  | { readonly type: 'insertText'; readonly text: string }
  /** Out of the composer, if nothing else stands in it. */
  | { readonly type: 'withdrawText'; readonly text: string };

/** Webview to host. The host checks every one of them before it believes it. */
export type FromWebview =
  | { readonly type: 'ready' }
  | { readonly type: 'resync' }
  | { readonly type: 'focused' }
  | { readonly type: 'send'; readonly key: string; readonly text: string }
  | { readonly type: 'draft'; readonly key: string; readonly text: string }
  | { readonly type: 'stop'; readonly key: string }
  | { readonly type: 'approve'; readonly approvalId: string; readonly decisionId: string }
  /** Which hunks of a proposed file are to be written: numbers into its hunks, or the whole file, or nothing of it. */
  | {
      readonly type: 'chooseHunks';
      readonly approvalId: string;
      readonly path: string;
      readonly hunks: readonly number[] | 'all' | 'none';
    }
  /** Keeps or undoes unreviewed changes: of one file, or (`null`) of all files of the conversation. */
  | { readonly type: 'review'; readonly key: string; readonly action: 'keep' | 'undo'; readonly path: string | null }
  /** Shows the unreviewed changes in the editor: of one file, or (`null`) of all files of the conversation. */
  | { readonly type: 'openReview'; readonly key: string; readonly path: string | null }
  /** About one turn: takes its changes back, shows them, or goes back to before its message. */
  | {
      readonly type: 'turn';
      readonly key: string;
      readonly turnId: string;
      readonly action: 'undo' | 'redo' | 'openChanges' | 'restore';
    }
  /** Lets a write that waits for another conversation go on. */
  | { readonly type: 'proceed'; readonly key: string; readonly path: string }
  | { readonly type: 'queueRemove'; readonly id: string }
  /** Back into the composer, unless it was sent meanwhile. */
  | { readonly type: 'queueEdit'; readonly id: string }
  | { readonly type: 'queueSendNow'; readonly id: string }
  | { readonly type: 'outboxRemove'; readonly id: string }
  | { readonly type: 'openDiff'; readonly turnId: string; readonly itemId: string; readonly path: string }
  | { readonly type: 'openLink'; readonly href: string }
  | { readonly type: 'openInTerminal'; readonly turnId: string; readonly itemId: string }
  | { readonly type: 'copy'; readonly text: string }
  /** `id`: the message or the turn the problem stands beside; `null`: it is Codex as a whole. */
  | { readonly type: 'problem'; readonly key: string; readonly action: ProblemAction; readonly id: string | null }
  | { readonly type: 'command'; readonly command: PanelCommand };

/** Commands of the extension that a panel's buttons stand for. */
export const PANEL_COMMANDS = [
  'newConversation',
  'showHistory',
  'openConversation',
  'selectMode',
  'selectModel',
  'addFile',
] as const;
export type PanelCommand = (typeof PANEL_COMMANDS)[number];
