import path from 'node:path';
import * as vscode from 'vscode';
import { messageOf } from '../../../base/errors';
import type { Logger } from '../../../base/logger';
import type { Catalog } from '../../../conversation/catalog';
import type { Conversation } from '../../../conversation/conversation';
import type { CompletionTrigger, CompletionView } from '../../../shared/composer';
import { isInside } from '../../edits/isInside';
import { withinLimit } from '../../edits/timeLimit';
import { diskFolders } from '../../host/workspaceFolders';
import type { ActiveEditor } from './activeEditor';
import { hasRepository } from './gitChanges';
import { relativePath } from './providers';
import { slashCompletions } from './slashCommands';

const MAX_FILES = 20;
const MAX_SYMBOLS = 8;
/** A language server may take long: its symbols are left out then. */
const SYMBOLS_LIMIT_MS = 400;
/** So may the Git extension, when the window has just been opened. */
const GIT_LIMIT_MS = 400;

/** What the menu of a composer shows. */
export class Completions {
  constructor(
    private readonly options: { readonly catalog: Catalog; readonly active: ActiveEditor; readonly logger: Logger },
  ) {}

  /** What fits `query`; a part that cannot be asked is left out. */
  async find(trigger: CompletionTrigger, query: string, { view, key }: Conversation): Promise<CompletionView[]> {
    const { catalog } = this.options;
    if (trigger === '/') return slashCompletions(query);
    if (trigger === '$') return this.orNothing(() => skillCompletions(catalog, view.folder, query));
    const context = await this.orNothing(() => contextCompletions(this.options.active, view.folder, query));
    if (query === '') return [...context, ...openFiles(view.folder)];
    const [files, symbols] = await Promise.all([
      this.orNothing(() => fileCompletions(catalog, view.folder, query, key)),
      this.orNothing(() => symbolCompletions(query)),
    ]);
    return [...context, ...files, ...symbols];
  }

  private async orNothing(find: () => Promise<CompletionView[]>): Promise<CompletionView[]> {
    try {
      return await find();
    } catch (error) {
      this.options.logger.info(`A part of the composer's menu is empty: ${messageOf(error)}`);
      return [];
    }
  }
}

/** What the editor itself knows, as far as there is any of it. */
async function contextCompletions({ editor }: ActiveEditor, folder: string, query: string): Promise<CompletionView[]> {
  const entry = (kind: 'selection' | 'problems' | 'terminal' | 'changes', icon: string, detail: string) => ({
    id: kind,
    icon,
    label: kind,
    detail,
    insert: '',
    action: { type: 'attach', source: { kind } } as const,
  });
  const hasProblems = vscode.languages.getDiagnostics().some(([, problems]) => problems.length > 0);
  const all = [
    ...(editor && !editor.selection.isEmpty
      ? [
          entry(
            'selection',
            'list-selection',
            vscode.l10n.t('What is selected in {0}', relativePath(editor.document.uri)),
          ),
        ]
      : []),
    ...(hasProblems ? [entry('problems', 'warning', vscode.l10n.t('Errors and warnings of the workspace'))] : []),
    ...(vscode.window.activeTerminal
      ? [
          entry(
            'terminal',
            'terminal',
            vscode.l10n.t(
              'Selection or last lines of “{0}” (an image in the clipboard is not kept)',
              vscode.window.activeTerminal.name,
            ),
          ),
        ]
      : []),
    ...((await withinLimit(hasRepository(folder), GIT_LIMIT_MS)) === true
      ? [entry('changes', 'git-compare', vscode.l10n.t('Uncommitted changes (Git)'))]
      : []),
  ];
  return all.filter(({ label }) => label.startsWith(query.toLowerCase()));
}

/** The files of the open tabs, those of the active groups first. */
function openFiles(folder: string): CompletionView[] {
  const uris = vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .flatMap(({ input }) => (input instanceof vscode.TabInputText && input.uri.scheme === 'file' ? [input.uri] : []));
  const unique = [...new Map(uris.map((uri) => [uri.fsPath, uri])).values()];
  return unique.slice(0, MAX_FILES).map((uri) => fileEntry(uri.fsPath, false, folder));
}

async function fileCompletions(
  catalog: Catalog,
  folder: string,
  query: string,
  caller: string,
): Promise<CompletionView[]> {
  const roots = [...new Set([folder, ...diskFolders()])];
  const found = await catalog.findFiles(query, roots, caller);
  return found.slice(0, MAX_FILES).map((file) => fileEntry(path.join(file.root, file.path), file.isFolder, folder));
}

/** Written into the text, where it says which file is meant: Codex reads it when it needs it. */
function fileEntry(file: string, isFolder: boolean, folder: string): CompletionView {
  const relative = path.relative(folder, file);
  const shown = (isInside(file, folder) ? relative : file).replaceAll(path.sep, '/') + (isFolder ? '/' : '');
  const parent = path.posix.dirname(shown);
  return {
    id: `file:${file}`,
    icon: isFolder ? 'folder' : 'file',
    label: path.basename(file) + (isFolder ? '/' : ''),
    detail: parent === '.' ? '' : parent,
    insert: /\s/.test(shown) ? `@"${shown}" ` : `@${shown} `,
    action: { type: 'none' },
  };
}

async function symbolCompletions(query: string): Promise<CompletionView[]> {
  if (query.length < 2 || /[\\/.]/.test(query)) return [];
  const asked = vscode.commands.executeCommand<vscode.SymbolInformation[] | undefined>(
    'vscode.executeWorkspaceSymbolProvider',
    query,
  );
  const symbols = await withinLimit(Promise.resolve(asked), SYMBOLS_LIMIT_MS);
  return (symbols === 'expired' ? [] : (symbols ?? []))
    .filter(({ location }) => location.uri.scheme === 'file')
    .slice(0, MAX_SYMBOLS)
    .map(({ name, location: { uri, range } }) => ({
      id: `symbol:${uri.fsPath}:${range.start.line}:${name}`,
      icon: 'symbol-method',
      label: name,
      detail: `${relativePath(uri)}:${range.start.line + 1}`,
      insert: `${name} `,
      action: {
        type: 'attach',
        source: {
          kind: 'symbol',
          path: uri.fsPath,
          name: name.slice(0, 500),
          line: range.start.line + 1,
          endLine: range.end.line + 1,
        },
      },
    }));
}

/** Codex itself puts a skill's instructions in when it is named with a dollar sign (codex app-server 0.169.0). */
async function skillCompletions(catalog: Catalog, folder: string, query: string): Promise<CompletionView[]> {
  const wanted = query.toLowerCase();
  const skills = (await catalog.skills(folder)).filter(({ name }) => name.toLowerCase().includes(wanted));
  return skills.map(({ name, description, path: file }) => ({
    id: `skill:${file}`,
    icon: 'lightbulb',
    label: `$${name}`,
    detail: description,
    insert: `$${name} `,
    action: { type: 'none' },
  }));
}
