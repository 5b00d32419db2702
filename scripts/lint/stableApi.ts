import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Keeps the extension on the stable API of the oldest editor it supports: a proposed one works in nobody's editor but
 * its author's. What the code uses of `vscode.*` needs no check here: it is compiled against the `@types/vscode` of
 * that very version, which declare no proposal and nothing newer, so `tsc` refuses the rest. This checks what tsc does
 * not see: the manifest, that those types are of that version, and that no declaration of ours widens them.
 */

/** The parts of package.json that can ask for a proposed API. */
export interface Manifest {
  readonly engines?: { readonly vscode?: string };
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly enabledApiProposals?: unknown;
  readonly contributes?: Readonly<Record<string, unknown>>;
}

/** A file of the repository, its path relative to the root. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Contribution points without a proposal, of VS Code 1.105. */
const STABLE_CONTRIBUTIONS: ReadonlySet<string> = new Set([
  'authentication',
  'breakpoints',
  'chatParticipants',
  'colors',
  'commands',
  'configuration',
  'configurationDefaults',
  'customEditors',
  'debuggers',
  'grammars',
  'iconThemes',
  'icons',
  'jsonValidation',
  'keybindings',
  'languageModelChatProviders',
  'languageModelTools',
  'languages',
  'localizations',
  'mcpServerDefinitionProviders',
  'menus',
  'notebookRenderer',
  'notebooks',
  'problemMatchers',
  'problemPatterns',
  'productIconThemes',
  'resourceLabelFormatters',
  'semanticTokenModifiers',
  'semanticTokenScopes',
  'semanticTokenTypes',
  'snippets',
  'submenus',
  'taskDefinitions',
  'terminal',
  'themes',
  'views',
  'viewsContainers',
  'viewsWelcome',
  'walkthroughs',
]);

/** Menus without a proposal, of VS Code 1.105. */
const STABLE_MENUS: ReadonlySet<string> = new Set([
  'commandPalette',
  'comments/comment/context',
  'comments/comment/title',
  'comments/commentThread/context',
  'comments/commentThread/title',
  'debug/callstack/context',
  'debug/toolBar',
  'debug/variables/context',
  'debug/watch/context',
  'editor/context',
  'editor/context/copy',
  'editor/lineNumber/context',
  'editor/title',
  'editor/title/context',
  'editor/title/run',
  'explorer/context',
  'extension/context',
  'file/newFile',
  'interactive/cell/title',
  'interactive/toolbar',
  'issue/reporter',
  'menuBar/edit/copy',
  'notebook/cell/execute',
  'notebook/cell/title',
  'notebook/toolbar',
  'notebook/variables/context',
  'ports/item/context',
  'ports/item/origin/inline',
  'ports/item/port/inline',
  'scm/change/title',
  'scm/resourceFolder/context',
  'scm/resourceGroup/context',
  'scm/resourceState/context',
  'scm/sourceControl',
  'scm/title',
  'terminal/context',
  'terminal/title/context',
  'testing/item/context',
  'testing/item/gutter',
  'testing/item/result',
  'testing/message/content',
  'testing/message/context',
  'testing/profiles/context',
  'timeline/item/context',
  'timeline/title',
  'touchBar',
  'view/item/context',
  'view/title',
  'webview/context',
]);

/** `secondarySidebar` is stable since 1.106; an older editor drops it without a word, so it may stand beside another. */
const VIEW_CONTAINER_PLACES: ReadonlySet<string> = new Set(['activitybar', 'panel', 'secondarySidebar']);

/** What in a manifest is no stable API; empty when all of it is. */
export function manifestViolations(manifest: Manifest): string[] {
  const { contributes = {} } = manifest;
  const submenus = new Set(entriesOf(contributes.submenus).map(({ id }) => id));
  const keysOf = (value: unknown): string[] => (typeof value === 'object' && value !== null ? Object.keys(value) : []);
  return [
    ...(manifest.enabledApiProposals === undefined ? [] : ['enabledApiProposals asks for proposed API']),
    ...keysOf(contributes)
      .filter((key) => !STABLE_CONTRIBUTIONS.has(key))
      .map((key) => `contributes.${key} is not a stable contribution point`),
    ...keysOf(contributes.menus)
      .filter((id) => !STABLE_MENUS.has(id) && !submenus.has(id))
      .map((id) => `contributes.menus.${id} is not a stable menu`),
    ...keysOf(contributes.viewsContainers)
      .filter((place) => !VIEW_CONTAINER_PLACES.has(place))
      .map((place) => `contributes.viewsContainers.${place} is not a stable place`),
    ...(keysOf(contributes.viewsContainers).join() === 'secondarySidebar'
      ? ['contributes.viewsContainers needs a place that older editors know']
      : []),
    ...entriesOf(contributes.viewsWelcome)
      .filter((entry) => 'group' in entry)
      .map(({ view }) => `contributes.viewsWelcome of ${String(view)}: "group" is proposed`),
    ...Object.values(contributes.views ?? {})
      .flatMap(entriesOf)
      .filter((entry) => 'remoteName' in entry)
      .map(({ id }) => `contributes.views ${String(id)}: "remoteName" is proposed`),
    ...typesViolations(manifest),
  ];
}

/** The types must be those of the oldest editor, or tsc would let newer API pass. */
function typesViolations({ engines, devDependencies }: Manifest): string[] {
  const oldest = /^\^(\d+\.\d+\.\d+)$/.exec(engines?.vscode ?? '')?.[1];
  const types = devDependencies?.['@types/vscode'];
  if (oldest === undefined) return ['engines.vscode must be "^" and a version'];
  return types === oldest
    ? []
    : [`@types/vscode must be exactly ${oldest}, the oldest editor, and is ${String(types)}`];
}

/** Files that declare proposed API, or add to the editor's own declarations. */
export function declarationViolations(files: readonly SourceFile[]): string[] {
  const widens = /\bdeclare\s+module\s+(['"])vscode\1/;
  return files
    .filter((file) => /(?:^|\/)vscode\.proposed\..*\.d\.ts$/.test(file.path) || widens.test(file.text))
    .map((file) => `${file.path} declares API of the editor`);
}

function entriesOf(value: unknown): Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? (value as Readonly<Record<string, unknown>>[]) : [];
}

const FOLDERS = ['src', 'webview', 'test', 'scripts'];

function sourcesOf(root: string): SourceFile[] {
  const inFolders = FOLDERS.flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => path.join(folder, file)),
  );
  return [...readdirSync(root), ...inFolders]
    .filter((file) => /\.[cm]?tsx?$/.test(file))
    .map((file) => ({ path: file.split(path.sep).join('/'), text: readFileSync(path.join(root, file), 'utf8') }));
}

if (require.main === module) {
  const root = path.resolve(__dirname, '../..');
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Manifest;
  const violations = [...manifestViolations(manifest), ...declarationViolations(sourcesOf(root))];
  for (const violation of violations) console.error(violation);
  console.log(
    violations.length === 0 ? 'Stable API: nothing else is used' : `Stable API: ${violations.length} violations`,
  );
  process.exitCode = violations.length === 0 ? 0 : 1;
}
