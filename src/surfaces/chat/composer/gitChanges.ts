import * as vscode from 'vscode';
import type { Attachment } from '../../../shared/composer';
import { attachmentOf } from './providers';

/** What we use of the API of the editor's own Git extension. */
interface GitRepository {
  readonly rootUri: vscode.Uri;
  readonly state: { readonly untrackedChanges?: readonly { readonly uri: vscode.Uri }[] };
  diff(cached?: boolean): Promise<string>;
}

interface GitExtension {
  readonly enabled: boolean;
  getAPI(version: 1): { getRepository(uri: vscode.Uri): GitRepository | null };
}

/** The uncommitted changes of the repository a folder is in, as Git tells them; `undefined` when there are none. */
export async function gitChanges(folder: string): Promise<Attachment | undefined> {
  const repository = await repositoryOf(folder);
  if (!repository) return undefined;
  const [staged, unstaged] = await Promise.all([repository.diff(true), repository.diff(false)]);
  const untracked = (repository.state.untrackedChanges ?? []).map(({ uri }) => uri.fsPath);
  const parts = [
    staged && `Staged:\n${staged}`,
    unstaged && `Not staged:\n${unstaged}`,
    untracked.length > 0 && `New files that Git does not know:\n${untracked.join('\n')}`,
  ].filter(Boolean);
  if (parts.length === 0) return undefined;
  const files = new Set(`${staged}\n${unstaged}`.match(/^diff --git .*$/gm) ?? []).size + untracked.length;
  return attachmentOf(
    'changes',
    vscode.l10n.t('Uncommitted changes'),
    files === 1 ? vscode.l10n.t('1 file') : vscode.l10n.t('{0} files', files),
    `Uncommitted changes of the Git repository ${repository.rootUri.fsPath}:\n${parts.join('\n\n')}`,
  );
}

/** Whether {@link gitChanges} has a repository to ask. */
export async function hasRepository(folder: string): Promise<boolean> {
  return (await repositoryOf(folder)) !== undefined;
}

async function repositoryOf(folder: string): Promise<GitRepository | undefined> {
  const extension = vscode.extensions.getExtension<GitExtension>('vscode.git');
  if (!extension) return undefined;
  const git = await extension.activate();
  return git.enabled ? (git.getAPI(1).getRepository(vscode.Uri.file(folder)) ?? undefined) : undefined;
}
