import path from 'node:path';
import type * as vscode from 'vscode';
import { type Disposable, DisposableStore } from './base/disposable';
import type { Logger } from './base/logger';
import { Catalog } from './conversation/catalog';
import type { AppServerClient } from './router/appServerClient';
import type { Drafts } from './surfaces/chat/drafts';
import { ActiveEditor } from './surfaces/chat/context/activeEditor';
import { ComposerActions } from './surfaces/chat/context/composerActions';
import { ComposerContexts } from './surfaces/chat/context/composerContexts';
import { Completions } from './surfaces/chat/context/completions';
import { Images } from './surfaces/chat/context/images';
import type { TurnChanges } from './surfaces/review/turnChanges';
import { systemTimer } from './transport/systemTimer';

/** What stands behind the composers of all chats. */
export interface Composing extends Disposable {
  readonly active: ActiveEditor;
  readonly contexts: ComposerContexts;
  readonly composer: ComposerActions;
}

export interface ComposingParts {
  readonly client: AppServerClient;
  readonly memory: vscode.Memento;
  /** Where images that were pasted are kept. */
  readonly storage: vscode.Uri;
  readonly drafts: Drafts;
  readonly turns: Pick<TurnChanges, 'undo'>;
  readonly logger: Logger;
}

/** Builds it. The caller disposes it. */
export function openComposing({ client, memory, storage, drafts, turns, logger }: ComposingParts): Composing {
  const store = new DisposableStore();
  const catalog = new Catalog(client);
  const active = store.add(new ActiveEditor(systemTimer));
  const contexts = store.add(new ComposerContexts(memory, active));
  const completions = new Completions({ catalog, active, logger });
  const images = new Images(path.join(storage.fsPath, 'images'));
  const composer = new ComposerActions({ catalog, turns, drafts, contexts, active, completions, images });
  return { active, contexts, composer, dispose: () => store.dispose() };
}
