import * as vscode from 'vscode';

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
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<'expired'>((resolve) => {
    timer = setTimeout(resolve, limitMs, 'expired');
  });
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const result = await Promise.race([trySave(document), expired]);
      if (result === true || seen.saved) return 'saved';
      if (result === 'expired') return 'unsaved';
      if (!document.isDirty) return 'readOnly';
    }
    return 'unsaved';
  } finally {
    clearTimeout(timer);
    subscription.dispose();
  }
}

async function trySave(document: vscode.TextDocument): Promise<boolean> {
  try {
    return await document.save();
  } catch {
    return false;
  }
}
