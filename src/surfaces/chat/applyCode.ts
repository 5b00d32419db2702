import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable';
import type { Logger } from '../../base/logger';
import { placeCode, withLastLineEnd } from '../../conversation/edits/placeCode';
import { applyOffsetEdits, mergeEdits } from '../../conversation/edits/textEdits';
import type { RestoreStep } from '../../conversation/review/restorePlan';
import { fenceInfo } from '../../shared/codeFence';
import type { FileRestorer } from '../edits/fileRestorer';
import type { ProposalDiff } from '../edits/proposalDiff';
import { atBoundary } from '../host/boundary';
import { chooseFile, reasonAgainst } from './codeTarget';
import { relativePath } from './composer/providers';

/** Not in the palette: it stands behind the entry in the status bar. */
const DECIDE = 'switchyard.decideCode';

/** A code whose diff waits for the person's word. */
interface Waiting {
  readonly id: string;
  readonly file: string;
  readonly label: string;
  /** The file when the diff was made; `null`: there was none. */
  readonly base: string | null;
  readonly text: string;
}

export interface ApplyCodeOptions {
  readonly diff: ProposalDiff;
  readonly restorer: Pick<FileRestorer, 'apply' | 'currentText'>;
  readonly logger: Logger;
}

/** A code block that the person wants in a file, and the editor that they looked at last. */
export interface CodeForFile {
  readonly code: string;
  /** What the first line of its block says. */
  readonly info: string;
  /** Where the conversation works; absolute. */
  readonly folder: string;
  readonly active: vscode.TextEditor | undefined;
}

/**
 * Brings code of an answer into a file: shows what the file would become in the editor's own diff, where it can still be
 * edited, and writes only when the person says so. Open files change as one undo step.
 */
export class ApplyCode implements Disposable {
  private readonly store = new DisposableStore();
  private readonly status: vscode.StatusBarItem;
  private waiting: readonly Waiting[] = [];

  constructor(private readonly options: ApplyCodeOptions) {
    this.status = this.store.add(vscode.window.createStatusBarItem(vscode.StatusBarAlignment.Left));
    this.status.command = DECIDE;
    this.store.add(vscode.commands.registerCommand(DECIDE, () => this.decideLast()));
    this.store.add(
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
        if (closed.length > 0) this.forgetClosed();
      }),
    );
  }

  /** Shows the diff and asks. Throws where the code cannot be brought into the file. */
  async apply({ code, info, folder, active }: CodeForFile): Promise<void> {
    const file = await chooseFile(info, folder, active);
    if (file === undefined) return;
    const label = relativePath(vscode.Uri.file(file));
    const reason = await reasonAgainst(file);
    if (reason !== undefined) throw new Error(vscode.l10n.t('{0}. Nothing was changed.', reason));
    const base = await this.options.restorer.currentText(file);
    if (base === undefined) throw new Error(vscode.l10n.t('{0} is no text. Nothing was changed.', label));
    const text = await textFor(base, code, info, label, active);
    if (text === undefined) return;
    if (text === base) {
      void vscode.window.showInformationMessage(vscode.l10n.t('{0} holds this code already.', label));
      return;
    }
    for (const old of this.waiting.filter((each) => each.file === file)) await this.close(old);
    const waiting: Waiting = { id: `code ${randomUUID()}`, file, label, base, text };
    const change = { path: file, label, movedTo: null, diff: '', added: 0, removed: 0 };
    await this.options.diff.open({ ...change, kind: base === null ? 'add' : 'update' }, true, {
      approvalId: waiting.id,
      choiceText: text,
      stays: true,
    });
    this.setWaiting([...this.waiting, waiting]);
    // The question may be answered much later: what asked for it is done.
    void atBoundary(vscode.l10n.t('Applying'), this.options.logger, () => this.decide(waiting));
  }

  dispose(): void {
    this.store.dispose();
  }

  private async decideLast(): Promise<void> {
    const last = this.waiting.at(-1);
    if (last) await atBoundary(vscode.l10n.t('Applying'), this.options.logger, () => this.decide(last));
  }

  private async decide(waiting: Waiting): Promise<void> {
    const accept = vscode.l10n.t('Apply');
    const discard = vscode.l10n.t('Discard');
    const question = vscode.l10n.t(
      'Apply the code to {0}? The right side of the diff can be edited first.',
      waiting.label,
    );
    const answer = await vscode.window.showInformationMessage(question, accept, discard);
    if (answer === undefined) return;
    // The question stays when the diff is closed.
    if (!this.waiting.includes(waiting)) {
      if (answer === accept) sayItIsClosed();
    } else if (answer === discard) await this.close(waiting);
    else await this.write(waiting);
  }

  private async write(waiting: Waiting): Promise<void> {
    const { id, file, label } = waiting;
    const { diff, restorer } = this.options;
    const text = diff.editedTexts(id).get(file) ?? waiting.text;
    const reason = await reasonAgainst(file);
    const step = stepFor(waiting, text, await restorer.currentText(file));
    const outcome = reason === undefined && step ? await restorer.apply(step) : undefined;
    if (outcome?.kind !== 'done') {
      const why =
        reason ?? (outcome ? outcome.reason : vscode.l10n.t('{0} was changed in the same place meanwhile', label));
      throw new Error(vscode.l10n.t('{0}. The diff is still open.', why));
    }
    await this.close(waiting);
    await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: false });
  }

  private async close(waiting: Waiting): Promise<void> {
    this.setWaiting(this.waiting.filter((each) => each !== waiting));
    await this.options.diff.close(waiting.id);
  }

  /** A diff that the person closed is answered with no. */
  private forgetClosed(): void {
    for (const waiting of this.waiting) if (!this.options.diff.isShown(waiting.id)) void this.close(waiting);
  }

  private setWaiting(waiting: readonly Waiting[]): void {
    this.waiting = waiting;
    const last = waiting.at(-1);
    if (!last) {
      this.status.hide();
      return;
    }
    this.status.text = vscode.l10n.t('{0} Apply to {1}?', '$(diff)', last.label);
    this.status.tooltip = vscode.l10n.t('A code block waits in a diff: apply or discard it');
    this.status.show();
  }
}

function sayItIsClosed(): void {
  void vscode.window.showInformationMessage(vscode.l10n.t('The diff was closed. Nothing was changed.'));
}

/** The text that the file would have; `undefined`: the person wants it nowhere. Throws for a patch of another text. */
async function textFor(
  base: string | null,
  code: string,
  info: string,
  label: string,
  active: vscode.TextEditor | undefined,
): Promise<string | undefined> {
  const placement = placeCode(base, code, fenceInfo(info).language);
  if (placement.kind === 'misfit')
    throw new Error(vscode.l10n.t('The patch does not fit {0}. Nothing was changed.', label));
  if ('text' in placement) return placement.text;
  const current = base ?? '';
  const whole = { label: vscode.l10n.t('Replace the whole file'), text: withLastLineEnd(code) };
  const end = { label: vscode.l10n.t('Add at the end'), text: withLastLineEnd(current) + withLastLineEnd(code) };
  const selected = selectionIn(active, label, current);
  const choices = selected
    ? [{ label: vscode.l10n.t('Replace what is selected'), text: selected.before + code + selected.after }, end, whole]
    : [end, whole];
  const chosen = await vscode.window.showQuickPick(choices, {
    placeHolder: vscode.l10n.t(
      'Where in {0} does the code belong? The diff shows it before anything is written.',
      label,
    ),
  });
  return chosen?.text;
}

/** What stands around the selection of the editor, if it shows the file. */
function selectionIn(
  active: vscode.TextEditor | undefined,
  label: string,
  current: string,
): { readonly before: string; readonly after: string } | undefined {
  if (!active || active.selection.isEmpty || relativePath(active.document.uri) !== label) return undefined;
  if (active.document.getText() !== current) return undefined;
  const { start, end } = active.selection;
  return {
    before: current.slice(0, active.document.offsetAt(start)),
    after: current.slice(active.document.offsetAt(end)),
  };
}

/** How to write `text`, made of the file as the diff showed it, over the file as it is; `undefined`: both changed it. */
function stepFor({ file, base }: Waiting, text: string, live: string | null | undefined): RestoreStep | undefined {
  const step = { path: file, status: 'clean', bytes: null, mode: null, movedFrom: null } as const;
  if (base === null || live === null) {
    return base === live ? { ...step, action: 'create', text, expected: null } : undefined;
  }
  if (live === undefined) return undefined;
  const { edits, conflicts } = mergeEdits(base, text, live);
  if (conflicts.length > 0) return undefined;
  return { ...step, action: 'write', text: applyOffsetEdits(live, edits), expected: live };
}
