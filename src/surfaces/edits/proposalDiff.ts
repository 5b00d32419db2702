import * as vscode from 'vscode';
import { proposedText } from '../../conversation/edits/proposedText';
import type { FileChangeView } from '../../shared/conversation';

const SCHEME = 'switchyard-proposal';

/** Shows a proposed change in the editor's own diff: the file as it is on the left, the proposal on the right. */
export class ProposalDiff implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly registrations: vscode.Disposable[];
  private count = 0;

  constructor() {
    this.registrations = [
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.workspace.onDidCloseTextDocument((document) => this.texts.delete(document.uri.toString())),
    ];
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? '';
  }

  /**
   * Opens the diff of one change. A change that is no longer a proposal is shown against what the file was before it.
   */
  async open(change: FileChangeView, proposed: boolean): Promise<void> {
    const file = vscode.Uri.file(change.path);
    const current = await currentText(vscode.Uri.file(proposed ? change.path : (change.movedTo ?? change.path)));
    const other = proposedText(change, current, proposed ? 'forward' : 'backward');
    if (other === undefined) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('{0} has changed since; the diff no longer fits. It is still shown in the chat.', change.label),
      );
      return;
    }
    const title = proposed
      ? vscode.l10n.t('{0} (proposed)', change.label)
      : vscode.l10n.t('{0} (changed by Codex)', change.label);
    const virtual = this.remember(file, other);
    const exists = current !== undefined;
    const actual = exists
      ? vscode.Uri.file(proposed ? change.path : (change.movedTo ?? change.path))
      : this.remember(file, '');
    const [left, right] = proposed ? [actual, virtual] : [virtual, actual];
    await vscode.commands.executeCommand('vscode.diff', left, right, title, {
      preview: true,
    } satisfies vscode.TextDocumentShowOptions);
  }

  dispose(): void {
    for (const registration of this.registrations) registration.dispose();
  }

  private remember(file: vscode.Uri, text: string): vscode.Uri {
    this.count += 1;
    const uri = file.with({ scheme: SCHEME, query: String(this.count) });
    this.texts.set(uri.toString(), text);
    return uri;
  }
}

/** The live text of a file; `undefined` when there is none. */
async function currentText(uri: vscode.Uri): Promise<string | undefined> {
  try {
    return (await vscode.workspace.openTextDocument(uri)).getText();
  } catch {
    return undefined;
  }
}
