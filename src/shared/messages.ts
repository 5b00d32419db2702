import type { ConversationStatus, ConversationView, Delta, Mode, ProblemAction, ProblemView } from './conversation';
import type { AttachSource, CompletionTrigger, CompletionView, ComposerCommand, ComposerView } from './composer';
import type { CodeTheme } from './codeTheme';
import type { ImageRef, ImageResult } from './images';
import type { LimitsView } from './limits';
import type { FieldValue } from './questions';

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
  /** What becomes of a message that is sent while a turn runs. */
  readonly followUp: 'queue' | 'steer';
  readonly folderName: string | null;
  /** What the account may use; `null`: not known. */
  readonly limits: LimitsView | null;
  /** What the organisation does not let people choose. */
  readonly disallowedModes: readonly Mode[];
}

/** One line of a list of conversations. */
export interface ConversationSummary {
  readonly key: string;
  readonly threadId: string | null;
  readonly title: string;
  readonly status: ConversationStatus;
  readonly updatedAtMs: number;
  readonly unread: boolean;
  /** Absolute. */
  readonly folder: string;
  /** The thread that started this one as its sub-agent. */
  readonly parentThreadId: string | null;
  readonly archived: boolean;
}

/** What a panel keeps by itself over a reload of the window. */
export interface PanelState {
  readonly threadId: string | null;
  readonly key: string;
  /** Where the conversation was scrolled to; without it, its end is shown. */
  readonly scroll?: ScrollPlace;
}

/** A place in a conversation: so many pixels below the top of one of its rows. */
export interface ScrollPlace {
  readonly turnId: string;
  readonly row: string;
  readonly offset: number;
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
      /** Where it was scrolled to in the panel that showed it last; `null`: at its end; without it: not known. */
      readonly scroll?: ScrollPlace | null | undefined;
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
  /** What goes with the next message of a conversation beside its words. */
  | { readonly type: 'composer'; readonly key: string; readonly composer: ComposerView }
  /** Sends what stands in the composer, or puts the cursor there. */
  | { readonly type: 'submit' }
  /** The answer to `complete`. */
  | { readonly type: 'completions'; readonly request: number; readonly items: readonly CompletionView[] }
  /** Into the composer, in the place of what stands there. */
  | { readonly type: 'setText'; readonly text: string }
  /** What stands now in the composer of another panel of the same conversation. */
  | { readonly type: 'draft'; readonly key: string; readonly text: string }
  /** Out of the composer, if nothing else stands in it. */
  | { readonly type: 'withdrawText'; readonly text: string }
  /** Asks for a sign of life. */
  | { readonly type: 'ping' }
  /** The answer to `codeTheme`; `null`: the theme cannot be read. */
  | { readonly type: 'codeTheme'; readonly id: string; readonly theme: CodeTheme | null }
  /** The answer to `loadImage`. */
  | { readonly type: 'image'; readonly request: number; readonly result: ImageResult };

/** Webview to host. The host checks every one of them before it believes it. */
export type FromWebview =
  | { readonly type: 'ready' }
  | { readonly type: 'resync' }
  | { readonly type: 'focused' }
  /** `inverted`: not what the setting says of a message that is sent while a turn runs, but the other. */
  | { readonly type: 'send'; readonly key: string; readonly text: string; readonly inverted?: boolean | undefined }
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
  /** Asks for the page of turns before the earliest that is shown. */
  | { readonly type: 'loadEarlier'; readonly key: string }
  /** Answers an approval with what was filled in, in the order of its fields. */
  | {
      readonly type: 'answer';
      readonly approvalId: string;
      readonly decisionId: string;
      readonly values: readonly FieldValue[];
    }
  /** What is filled in so far, without secrets: the host keeps it for when the panel is shown again. */
  | {
      readonly type: 'fill';
      readonly key: string;
      readonly approvalId: string;
      readonly values: readonly FieldValue[];
    }
  /** Answers questions that the agent asked while it goes on: at once, into its turn where one runs. */
  | { readonly type: 'reply'; readonly key: string; readonly text: string }
  | { readonly type: 'command'; readonly command: PanelCommand }
  /** Asks what fits what is typed in the composer. */
  | {
      readonly type: 'complete';
      readonly key: string;
      readonly request: number;
      readonly trigger: CompletionTrigger;
      readonly query: string;
    }
  | { readonly type: 'attach'; readonly key: string; readonly source: AttachSource }
  /** `data`: the file in Base64. */
  | { readonly type: 'attachImage'; readonly key: string; readonly name: string; readonly data: string }
  | { readonly type: 'attachUris'; readonly key: string; readonly uris: readonly string[] }
  | { readonly type: 'detach'; readonly key: string; readonly id: string }
  /** Whether what the editor shows goes with the messages of this conversation. */
  | { readonly type: 'includeActive'; readonly key: string; readonly include: boolean }
  /** A command that was written into the composer with a slash. */
  | {
      readonly type: 'runCommand';
      readonly key: string;
      readonly command: ComposerCommand;
      readonly argument?: string | undefined;
    }
  /** Moves a queued message to another place; `index` counts without it. */
  | { readonly type: 'queueMove'; readonly id: string; readonly index: number }
  /** The answer to `ping`, of a page that shows something. */
  | { readonly type: 'alive' }
  /** An error that nothing in the page caught, for the log. */
  | { readonly type: 'fault'; readonly text: string }
  /** The person wants the page to be loaded anew. */
  | { readonly type: 'reload' }
  /** Where the conversation is scrolled to; `null`: it follows its end. */
  | { readonly type: 'scrolled'; readonly key: string; readonly place: ScrollPlace | null }
  /** The usage limits are looked at: they are read anew. */
  | { readonly type: 'refreshLimits' }
  /** About the question beside the conversation: ends its answer, puts it away, asks it again, or in a copy that is kept. */
  | { readonly type: 'side'; readonly key: string; readonly action: 'stop' | 'dismiss' | 'again' | 'keep' }
  /** Puts the message that began a turn into the composer; `draft` is what stands there, and comes back afterwards. */
  | { readonly type: 'editMessage'; readonly key: string; readonly turnId: string; readonly draft: string }
  /** Sends what was edited: `inPlace` takes the message and all after it back first, `copy` goes on beside them. */
  | { readonly type: 'sendEdited'; readonly key: string; readonly text: string; readonly how: 'inPlace' | 'copy' }
  | { readonly type: 'cancelEdit'; readonly key: string }
  /** Code of an answer, to where the cursor of the editor is. */
  | { readonly type: 'insertCode'; readonly code: string }
  /** Code of an answer, into a file; `info`: what the first line of its block says. */
  | { readonly type: 'applyCode'; readonly key: string; readonly code: string; readonly info: string }
  /** Asks for the colours that a colour theme of the editor has for code. */
  | { readonly type: 'codeTheme'; readonly id: string }
  /** Asks for an image of the conversation. */
  | { readonly type: 'loadImage'; readonly key: string; readonly request: number; readonly image: ImageRef }
  /** Shows an image of the conversation in the editor. */
  | { readonly type: 'openImage'; readonly key: string; readonly image: ImageRef }
  /** About the goal of a conversation. */
  | { readonly type: 'goal'; readonly key: string; readonly action: 'pause' | 'resume' | 'edit' | 'clear' };

/** So many characters of a fault are told. */
export const MAX_FAULT_CHARACTERS = 4_000;

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
