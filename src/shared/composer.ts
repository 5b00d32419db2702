/** What can go with a message beside its words. `active`: what the editor shows at the time. */
export const ATTACHMENT_KINDS = [
  'active',
  'file',
  'folder',
  'symbol',
  'selection',
  'problems',
  'terminal',
  'changes',
  'image',
] as const;
export type AttachmentKind = (typeof ATTACHMENT_KINDS)[number];

/** Something that goes with a message beside its words, as a chip shows it. */
export interface AttachmentView {
  readonly id: string;
  readonly kind: AttachmentKind;
  readonly label: string;
  /** More about it, for a tooltip: its path, its size. */
  readonly detail: string;
}

/** Something that goes with a message beside its words, with all that Codex is told of it. */
export interface Attachment extends AttachmentView {
  /** Absolute. */
  readonly path: string | null;
  /** What Codex reads, in English. Empty for an image: Codex reads the file. */
  readonly text: string;
}

/** What stands in a composer beside its text. */
export interface ComposerView {
  readonly attachments: readonly AttachmentView[];
  /** What the editor shows now; `null`: nothing, or it is switched off in the settings. */
  readonly active: Omit<AttachmentView, 'id' | 'kind'> | null;
  /** Whether `active` goes with the next message. */
  readonly withActive: boolean;
  /** The turn whose message stands in the composer, to be sent anew. */
  readonly editing?: string;
}

export const NO_CONTEXT: ComposerView = { attachments: [], active: null, withActive: false };

/** What opens a menu in the composer: context, commands, skills. */
export type CompletionTrigger = '@' | '/' | '$';

/** Something to attach that the editor knows. */
export type AttachSource =
  | { readonly kind: 'selection' | 'problems' | 'terminal' | 'changes' }
  | { readonly kind: 'file' | 'folder'; readonly path: string }
  | {
      readonly kind: 'symbol';
      readonly path: string;
      readonly name: string;
      readonly line: number;
      readonly endLine: number;
    };

/** What choosing an entry of the composer's menu does, beside putting `insert` in the place of what was typed. */
export type CompletionAction =
  | { readonly type: 'attach'; readonly source: AttachSource }
  | { readonly type: 'run'; readonly command: ComposerCommand }
  | { readonly type: 'none' };

export interface CompletionView {
  readonly id: string;
  /** A codicon. */
  readonly icon: string;
  readonly label: string;
  readonly detail: string;
  readonly insert: string;
  readonly action: CompletionAction;
}

/** Commands that are written into the composer with a slash. */
export const COMPOSER_COMMANDS = [
  'new',
  'compact',
  'review',
  'fork',
  'model',
  'mode',
  'plan',
  'status',
  'init',
  'mcp',
  'diff',
  'undo',
  'restore',
  'rename',
  'history',
  'archive',
  'log',
  'side',
  'btw',
  'reasoning',
  'approvals',
  'ide-context',
  'export',
  'goal',
  'fast',
  'feedback',
] as const;
export type ComposerCommand = (typeof COMPOSER_COMMANDS)[number];

const WITH_ARGUMENT: ReadonlySet<ComposerCommand> = new Set(['side', 'btw', 'goal'] as const);

/** Whether words after the name of a command belong to it. */
export function takesArgument(command: ComposerCommand): boolean {
  return WITH_ARGUMENT.has(command);
}

/** Images that are larger are refused: a model takes less than this. */
export const MAX_IMAGE_BYTES = 10 * 1024 * 1024;
