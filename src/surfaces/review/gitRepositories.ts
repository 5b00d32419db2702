import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable';
import { messageOf } from '../../base/errors';
import type { Logger } from '../../base/logger';

/** What we use of the API of the editor's own Git extension. */
interface GitApi {
  readonly onDidOpenRepository: vscode.Event<unknown>;
}

interface GitExtension {
  readonly enabled: boolean;
  getAPI(version: 1): GitApi;
}

/** Calls `listener` whenever the editor's Git extension, if there is one, may have opened a repository. */
export function onDidOpenRepository(listener: () => void, logger: Logger): Disposable {
  const store = new DisposableStore();
  const extension = vscode.extensions.getExtension<GitExtension>('vscode.git');
  if (!extension) return store;
  const wasActive = extension.isActive;
  const listen = (git: GitExtension): void => {
    if (store.isDisposed || !git.enabled) return;
    store.add(git.getAPI(1).onDidOpenRepository(listener));
    if (!wasActive) listener();
  };
  // The editor activates it with every window; this only waits for that.
  extension.activate().then(listen, (error: unknown) => {
    logger.debug(`Git's repositories are not known: ${messageOf(error)}`);
  });
  return store;
}
