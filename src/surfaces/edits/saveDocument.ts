import * as vscode from 'vscode';
import { withinLimit } from './timeLimit';

/** `unsaved`: the document is still dirty. `readOnly`: it is neither saved nor dirty, the editor took the edit only for show. */
export type SaveOutcome = 'saved' | 'unsaved' | 'readOnly';

const ATTEMPTS = 3;

/**
 * Saves `document`, but waits no longer than `limitMs` in all: a formatter that never returns blocks `save()` for
 * ever. `save()` also gives false when somebody typed meanwhile, although the file was written, so the event counts.
 */
export async function saveDocument(document: vscode.TextDocument, limitMs: number): Promise<SaveOutcome> {
  const seen = { saved: false };
  const subscription = vscode.workspace.onDidSaveTextDocument((saved) => {
    if (saved === document) seen.saved = true;
  });
  try {
    const outcome = await withinLimit(
      saveRepeatedly(document, () => seen.saved),
      limitMs,
    );
    if (outcome !== 'expired') return outcome;
    return seen.saved ? 'saved' : 'unsaved';
  } finally {
    subscription.dispose();
  }
}

async function saveRepeatedly(document: vscode.TextDocument, wasSaved: () => boolean): Promise<SaveOutcome> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if ((await trySave(document)) || wasSaved()) return 'saved';
    if (!document.isDirty) return 'readOnly';
  }
  return 'unsaved';
}

async function trySave(document: vscode.TextDocument): Promise<boolean> {
  try {
    return await document.save();
  } catch {
    return false;
  }
}
