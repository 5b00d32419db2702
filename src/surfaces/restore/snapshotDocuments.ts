import * as vscode from 'vscode';

/** One file of a diff of many. `undefined`: there is none on this side. */
export interface DiffSides {
  readonly path: string;
  readonly left: vscode.Uri | undefined;
  readonly right: vscode.Uri | undefined;
}

/** Earlier, or coming, texts of files as read-only documents. They are loaded when they are shown. */
export class SnapshotDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly loaders = new Map<string, () => Promise<string | undefined>>();
  private readonly subscriptions: readonly vscode.Disposable[];
  private count = 0;

  constructor(private readonly scheme = 'switchyard-snapshot') {
    this.subscriptions = [
      vscode.workspace.registerTextDocumentContentProvider(scheme, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.loaders.delete(uri.toString())),
    ];
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    return (await this.loaders.get(uri.toString())?.()) ?? vscode.l10n.t('This text is no longer kept.');
  }

  /** A document named like `path`. */
  add(path: string, load: () => Promise<string | undefined>): vscode.Uri {
    this.count += 1;
    const uri = vscode.Uri.file(path).with({ scheme: this.scheme, query: String(this.count) });
    this.loaders.set(uri.toString(), load);
    return uri;
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}

/** More files than this in one editor are slow to show, and nobody reads them. */
const MAX_SHOWN = 300;

/**
 * Shows files in one editor of diffs, below each other.
 *
 * @param sidesOf gives the two sides of a file; `undefined`: it has no text that could be shown.
 * @returns how many of the files had nothing to show.
 */
export async function showDiffs<T>(
  title: string,
  files: readonly T[],
  sidesOf: (file: T) => Promise<DiffSides | undefined>,
): Promise<number> {
  const sides = await Promise.all(files.slice(0, MAX_SHOWN).map(sidesOf));
  const shown = sides.filter((side) => side !== undefined);
  const name =
    files.length > MAX_SHOWN
      ? vscode.l10n.t('{0} (the first {1} of {2} files)', title, MAX_SHOWN, files.length)
      : title;
  const resources = shown.map(({ path, left, right }) => [vscode.Uri.file(path), left, right]);
  if (resources.length > 0) await vscode.commands.executeCommand('vscode.changes', name, resources);
  return sides.length - shown.length;
}
