import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { applyOffsetEdits, mergeEdits, toLspWorkspaceEdit } from '../../conversation/edits/textEdits';
import type { EditConverter } from './editConverter';
import { findDocument } from './openDocuments';

/** The text `next` that Codex made of `base`; without a `base` it is meant for whatever the document holds. */
export interface TextProposal {
  readonly uri: vscode.Uri;
  readonly base: string | undefined;
  readonly next: string;
  /** Whether the document must still hold `base`: anything typed since is a conflict then. */
  readonly isExact?: boolean;
}

/** `conflict`: the person changed the same text. `busy`: the editor took no edit, however often it was asked. */
export type MergeOutcome =
  | { readonly kind: 'merged'; readonly document: vscode.TextDocument; readonly before: string; readonly after: string }
  | { readonly kind: 'conflict' | 'busy' };

const MAX_ATTEMPTS = 300;
const PAUSE_STEP_MS = 3;
const MAX_PAUSE_MS = 30;

/**
 * Brings a proposal into the live document as one edit, one undo step, keeping what was typed since `base` was read.
 * The editor refuses an edit when it knows of typing that we do not: then everything is worked out anew.
 */
export async function mergeIntoDocument(proposal: TextProposal, converter: EditConverter): Promise<MergeOutcome> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const document = findDocument(proposal.uri) ?? (await vscode.workspace.openTextDocument(proposal.uri));
    const before = document.getText();
    const [base, next] = textsAlike(proposal, before, document.eol);
    if (proposal.isExact && base !== before) return { kind: 'conflict' };
    const { edits, conflicts } = mergeEdits(base, next, before);
    if (conflicts.length > 0) return { kind: 'conflict' };
    if (edits.length === 0) return { kind: 'merged', document, before, after: before };
    const edit = await converter.asWorkspaceEdit(toLspWorkspaceEdit(proposal.uri.toString(), before, edits));
    // From this comparison to applyEdit nothing may be awaited.
    const isStale = document.isClosed || document.getText() !== before;
    if (!isStale && (await vscode.workspace.applyEdit(edit))) {
      return { kind: 'merged', document, before, after: applyOffsetEdits(before, edits) };
    }
    await delay(Math.min(attempt * PAUSE_STEP_MS, MAX_PAUSE_MS));
  }
  return { kind: 'busy' };
}

/** Base and next with the document's own line endings: a document knows only one kind. */
function textsAlike({ base, next }: TextProposal, current: string, eol: vscode.EndOfLine): [string, string] {
  const ending = eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';
  const normalise = (text: string) => text.replace(/\r\n|\r|\n/g, ending);
  return [base === undefined ? current : normalise(base), normalise(next)];
}
