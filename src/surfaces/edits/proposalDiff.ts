import * as vscode from 'vscode';
import { proposedText } from '../../conversation/edits/proposedText';
import type { FileChangeView } from '../../shared/conversation';
import { ProposalFiles } from './proposalFiles';
import { saveDocument } from './saveDocument';

const SAVE_LIMIT_MS = 3000;

/** What the person saved into the right side of a diff. */
export interface EditedProposal {
  readonly approvalId: string;
  readonly path: string;
  readonly text: string;
}

export interface ProposalDiffOptions {
  /** The approval that waits for this change: its right side can be edited. */
  readonly approvalId?: string;
  /** What the right side is to show: the part of the change that was chosen, or the person's text. */
  readonly choiceText?: string;
  /** The tab stays when another file is looked at: closing it is an answer. */
  readonly stays?: boolean;
}

/**
 * Shows a proposed change in the editor's own diff: the file as it is on the left, the proposal on the right. While an
 * approval waits, the right side can be edited: what it holds then, saved or not, is what the person accepts.
 */
export class ProposalDiff implements vscode.Disposable {
  private readonly files: ProposalFiles;
  /** The right sides per approval and path. They outlive their tabs. */
  private readonly proposals = new Map<string, Map<string, vscode.Uri>>();
  private readonly edits = new vscode.EventEmitter<EditedProposal>();
  private readonly subscriptions: readonly { dispose(): unknown }[];
  /** Fires when the person saved another text. What is not saved is in {@link editedTexts} only. */
  readonly onDidEdit = this.edits.event;

  /** @param scheme of the right sides: one window can register it once. */
  constructor(private readonly scheme = 'switchyard-proposal') {
    this.files = new ProposalFiles(scheme);
    this.subscriptions = [
      this.files,
      this.edits,
      this.files.onDidSave(({ uri, text }) => this.reportEdit(uri, text)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (uri.scheme === scheme && !this.ownerOf(uri)) this.files.remove(uri);
      }),
    ];
    void this.closeLeftovers();
  }

  /**
   * Opens the diff of one change. A change that is no longer a proposal is shown against what the file was before it.
   */
  async open(change: FileChangeView, proposed: boolean, options: ProposalDiffOptions = {}): Promise<void> {
    if (proposed) await this.openProposal(change, options);
    else await this.openPast(change);
  }

  /** The texts that the person wrote into the right sides of an approval's diffs, unsaved ones too, by path. */
  editedTexts(approvalId: string): ReadonlyMap<string, string> {
    const edited = new Map<string, string>();
    for (const [path, uri] of this.proposals.get(approvalId) ?? []) {
      const { text, isEdited } = this.files.read(uri);
      if (isEdited) edited.set(path, text);
    }
    return edited;
  }

  /** Whether a tab shows one of the approval's diffs. */
  isShown(approvalId: string): boolean {
    const keys = new Set([...(this.proposals.get(approvalId)?.values() ?? [])].map(String));
    return tabsOn((uri) => keys.has(uri.toString())).length > 0;
  }

  /** Another part of the change was chosen elsewhere: an open diff follows, unless it holds unsaved text. */
  setText(approvalId: string, path: string, text: string): void {
    const uri = this.proposals.get(approvalId)?.get(path);
    if (uri) this.files.update(uri, text);
  }

  /** The approval was answered: closes its diffs without a question. What was written in them is forgotten. */
  async close(approvalId: string): Promise<void> {
    const uris = [...(this.proposals.get(approvalId)?.values() ?? [])];
    this.proposals.delete(approvalId);
    const keys = new Set(uris.map(String));
    const unsaved = vscode.workspace.textDocuments.filter(({ uri, isDirty }) => isDirty && keys.has(uri.toString()));
    // The editor asks about unsaved text; what is saved here lies in memory only.
    await Promise.all(unsaved.map((document) => saveDocument(document, SAVE_LIMIT_MS)));
    const tabs = tabsOn((uri) => keys.has(uri.toString())).filter((tab) => !tab.isDirty);
    if (tabs.length > 0) await vscode.window.tabGroups.close(tabs, true);
    for (const uri of uris) this.files.remove(uri);
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private async openProposal(change: FileChangeView, options: ProposalDiffOptions): Promise<void> {
    const { approvalId, choiceText, stays = false } = options;
    const file = vscode.Uri.file(change.path);
    const current = await currentText(file);
    const known = approvalId === undefined ? undefined : this.proposals.get(approvalId)?.get(change.path);
    const text = choiceText ?? (known ? this.files.read(known).text : proposedText(change, current, 'forward'));
    if (text === undefined) {
      sayItDoesNotFit(change);
      return;
    }
    const right = known ?? this.files.create(file, text, approvalId !== undefined && change.kind !== 'delete');
    if (known && choiceText !== undefined) this.files.update(known, choiceText);
    if (approvalId !== undefined) this.remember(approvalId, change.path, right);
    const left = current === undefined ? this.files.create(file, '', false) : file;
    await showDiff(left, right, vscode.l10n.t('{0} (proposed)', change.label), stays);
  }

  private async openPast(change: FileChangeView): Promise<void> {
    const file = vscode.Uri.file(change.movedTo ?? change.path);
    const current = await currentText(file);
    const before = proposedText(change, current, 'backward');
    if (before === undefined) {
      sayItDoesNotFit(change);
      return;
    }
    const left = this.files.create(vscode.Uri.file(change.path), before, false);
    const right = current === undefined ? this.files.create(file, '', false) : file;
    await showDiff(left, right, vscode.l10n.t('{0} (changed by Codex)', change.label));
  }

  /** After a reload of the window the proposals are gone: their tabs are closed, except those with unsaved text. */
  private async closeLeftovers(): Promise<void> {
    const tabs = tabsOn(({ scheme }) => scheme === this.scheme).filter((tab) => !tab.isDirty);
    if (tabs.length > 0) await vscode.window.tabGroups.close(tabs, true);
  }

  private remember(approvalId: string, path: string, uri: vscode.Uri): void {
    const ofApproval = this.proposals.get(approvalId) ?? new Map<string, vscode.Uri>();
    this.proposals.set(approvalId, ofApproval.set(path, uri));
  }

  private reportEdit(uri: vscode.Uri, text: string): void {
    const owner = this.ownerOf(uri);
    if (owner) this.edits.fire({ ...owner, text });
  }

  private ownerOf(uri: vscode.Uri): Omit<EditedProposal, 'text'> | undefined {
    for (const [approvalId, ofApproval] of this.proposals) {
      for (const [path, other] of ofApproval) if (other.toString() === uri.toString()) return { approvalId, path };
    }
    return undefined;
  }
}

function sayItDoesNotFit({ label }: FileChangeView): void {
  void vscode.window.showInformationMessage(
    vscode.l10n.t('{0} has changed since; the diff no longer fits. It is still shown in the chat.', label),
  );
}

async function showDiff(left: vscode.Uri, right: vscode.Uri, title: string, stays = false): Promise<void> {
  await vscode.commands.executeCommand('vscode.diff', left, right, title, {
    preview: !stays,
  } satisfies vscode.TextDocumentShowOptions);
}

/** The live text of a file; `undefined` when there is none. */
async function currentText(uri: vscode.Uri): Promise<string | undefined> {
  try {
    return (await vscode.workspace.openTextDocument(uri)).getText();
  } catch {
    return undefined;
  }
}

/** The tabs that show, alone or in a diff, a text that `matches`. */
function tabsOn(matches: (uri: vscode.Uri) => boolean): vscode.Tab[] {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.filter(({ input }) => {
    if (input instanceof vscode.TabInputTextDiff) return matches(input.modified) || matches(input.original);
    return input instanceof vscode.TabInputText && matches(input.uri);
  });
}
