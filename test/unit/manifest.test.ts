import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Manifest, manifestViolations } from '../../scripts/lint/stableApi';

const ROOT = path.resolve(__dirname, '../..');

interface CommandEntry {
  readonly command: string;
  readonly title: string;
  readonly category?: string;
  readonly enablement?: string;
  readonly icon?: string;
}

interface OurManifest extends Manifest {
  readonly name: string;
  readonly publisher: string;
  readonly displayName: string;
  readonly license: string;
  readonly main: string;
  readonly icon: string;
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
  readonly contributes: {
    readonly commands: readonly CommandEntry[];
    readonly keybindings: readonly { readonly command: string; readonly key: string; readonly when?: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command?: string; readonly when?: string }[]>>;
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly viewsContainers: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly viewsWelcome: readonly { readonly view: string; readonly contents: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, Setting>> };
  };
}

interface Setting {
  readonly default: unknown;
  readonly enum?: readonly string[];
  readonly enumDescriptions?: readonly string[];
  readonly description?: string;
  readonly markdownDescription?: string;
}

const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as OurManifest;
const { contributes } = manifest;
const commands = contributes.commands.map(({ command }) => command);

// The names others rely on, each with the prefix "switchyard.". One that is not built yet may be missing from the
// manifest; one that is not here may not be in it.
const COMMANDS = `
  newConversation newConversationInEditor openConversation openConversationToSide focusChat showHistory
  renameConversation forkConversation archiveConversation deleteConversation exportConversation
  send stop addSelection addFile addProblems addTerminalSelection
  inlineEdit inlineEdit.accept inlineEdit.reject inlineEdit.retry explain fix implementTodo generateTests
  reviewChanges generateCommitMessage
  edits.open edits.keepAll edits.undoAll edits.keepFile edits.undoFile edits.keepHunk edits.undoHunk edits.next
  edits.previous edits.openTurnDiff restoreCheckpoint
  signIn signOut installCodex selectModel selectMode restartServer showLog diagnostics
  openInCodexApp cloud.start cloud.list cloud.apply
  askSideQuestion
`;
const VIEWS = 'chat chatAnew chatSecondary chatSecondaryAnew conversations';
const SETTINGS: Readonly<Record<string, unknown>> = {
  'codex.path': '',
  'codex.args': [],
  'codex.env': {},
  mode: 'ask',
  model: '',
  effort: '',
  'composer.sendKey': 'enter',
  followUp: 'queue',
  'edits.review': 'inEditor',
  'edits.saveAfterApply': true,
  'context.includeActiveFile': true,
  'codeLens.todos': true,
  'codeLens.edits': true,
  notifications: 'whenUnfocused',
  trace: 'off',
};
const VALUES: Readonly<Record<string, readonly string[]>> = {
  mode: ['ask', 'agent', 'plan', 'fullAccess'],
  'composer.sendKey': ['enter', 'ctrlEnter'],
  followUp: ['queue', 'steer'],
  'edits.review': ['inEditor', 'chatOnly'],
  notifications: ['whenUnfocused', 'always', 'never'],
  trace: ['off', 'messages', 'verbose'],
};

const prefixed = (names: string): string[] =>
  names
    .trim()
    .split(/\s+/)
    .map((name) => `switchyard.${name}`);

/** Those of `ids` that are not in `known`. */
const beyond = (ids: readonly string[], known: readonly string[]): string[] => ids.filter((id) => !known.includes(id));

/** The ids that the code registers: keys of the tables of commands, and direct registrations anywhere. */
function registeredCommands(): string[] {
  const folder = path.join(ROOT, 'src/surfaces');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return files.flatMap((file) => {
    const text = readFileSync(path.join(folder, file), 'utf8');
    const direct = [...text.matchAll(/registerCommand\(\s*['"`]([\w.]+)['"`]/g)].map(([, id = '']) => id);
    const tables = [
      ...text.matchAll(
        /: Record<string, \((?:argument\?: unknown|\.\.\.args: unknown\[\])\) => unknown> \{([\s\S]*?)\n\}/g,
      ),
    ];
    const keys = tables.flatMap(([, body = '']) => [...body.matchAll(/^ {4}'?([\w.]+)'?: (?:async )?\(/gm)]);
    return [...direct, ...keys.map(([, name = '']) => `switchyard.${name}`)];
  });
}

describe('the manifest', () => {
  it('is the extension of the contract', () => {
    expect(manifest).toMatchObject({
      name: 'switchyard',
      publisher: 'switchyard',
      displayName: 'Switchyard for Codex',
      license: 'Apache-2.0',
      engines: { vscode: '^1.105.0' },
    });
  });

  it('uses stable API only', () => {
    expect(manifestViolations(manifest)).toEqual([]);
  });

  it('has no command, view or container beside those of the contract and their stand-ins', () => {
    expect(beyond(commands, prefixed(COMMANDS))).toEqual([]);
    const views = Object.values(contributes.views).flatMap((list) => list.map(({ id }) => id));
    expect(beyond(views, prefixed(VIEWS))).toEqual([]);
    const containers = Object.values(contributes.viewsContainers).flatMap((list) => list.map(({ id }) => id));
    expect(beyond(containers, ['switchyard', 'switchyard-secondary'])).toEqual([]);
    expect(beyond(Object.keys(contributes.views), containers)).toEqual([]);
  });

  it('has a view like each chat’s that stands in for it when its page has died', () => {
    const views = Object.values(contributes.views).flat();
    for (const id of ['switchyard.chat', 'switchyard.chatSecondary']) {
      const [view, standIn] = [views.find((one) => one.id === id), views.find((one) => one.id === `${id}Anew`)];
      expect(view).toMatchObject({ type: 'webview', when: `!${id}.remade` });
      expect(standIn).toEqual({ ...view, id: `${id}Anew`, when: `${id}.remade` });
    }
  });

  it('has the settings of the contract with their defaults and values, each with a description', () => {
    const { properties } = contributes.configuration;
    expect(beyond(Object.keys(properties), prefixed(Object.keys(SETTINGS).join(' ')))).toEqual([]);
    for (const [id, setting] of Object.entries(properties)) {
      const key = id.slice('switchyard.'.length);
      expect([id, setting.default]).toEqual([id, SETTINGS[key]]);
      expect([id, setting.enum]).toEqual([id, VALUES[key]]);
      expect([id, setting.enumDescriptions?.length]).toEqual([id, setting.enum?.length]);
      expect(setting.description ?? setting.markdownDescription ?? '').not.toBe('');
    }
  });

  it('lets no untrusted workspace choose what is run', () => {
    expect(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations).toEqual(
      prefixed('codex.path codex.args codex.env'),
    );
  });

  it('lists every command once, with a title, in the category Switchyard', () => {
    expect(new Set(commands).size).toBe(commands.length);
    for (const { command, title, category } of contributes.commands)
      expect({ command, category, hasTitle: title !== '' }).toEqual({
        command,
        category: 'Switchyard',
        hasTitle: true,
      });
  });

  it('lists exactly the commands that the code registers', () => {
    const registered = registeredCommands();
    expect(registered.length).toBeGreaterThan(10);
    expect([...commands].sort()).toEqual([...registered].sort());
  });

  it('names in menus, keys and welcome texts only commands and views that it has', () => {
    const used = [...Object.values(contributes.menus).flat(), ...contributes.keybindings].flatMap(({ command }) =>
      command === undefined ? [] : [command],
    );
    const linked = contributes.viewsWelcome.flatMap(({ contents }) =>
      [...contents.matchAll(/command:(switchyard\.[\w.]+)/g)].map(([, id = '']) => id),
    );
    expect(beyond([...used, ...linked], commands)).toEqual([]);
    const whens = Object.values(contributes.menus).flatMap((entries) => entries.map(({ when = '' }) => when));
    const views = whens.flatMap((when) => [...when.matchAll(/view == ([\w.]+)/g)].map(([, id = '']) => id));
    expect(beyond([...views, ...contributes.viewsWelcome.map(({ view }) => view)], prefixed(VIEWS))).toEqual([]);
  });

  it('shows what is about unreviewed changes only where there are some', () => {
    const scopes: Readonly<Record<string, RegExp>> = {
      'scm/change/title': /^originalResourceScheme == switchyard-baseline$/,
      'scm/title': /^scmProvider == switchyard\b/,
      'scm/resourceGroup/context': /^scmProvider == switchyard\b/,
      'scm/resourceState/context': /^scmProvider == switchyard\b/,
      'editor/title': /^switchyard\.fileUnreviewed$/,
    };
    const entries = Object.entries(scopes).flatMap(([menu, scope]) =>
      (contributes.menus[menu] ?? []).map(({ when = '' }) => ({ menu, when, isScoped: scope.test(when) })),
    );
    expect(entries.length).toBeGreaterThan(8);
    expect(entries.filter(({ isScoped }) => !isScoped)).toEqual([]);
    const keys = contributes.keybindings.filter(({ command }) => command.startsWith('switchyard.edits.'));
    expect(keys.map(({ when = '' }) => when.split(' && ')[0])).toEqual(keys.map(() => 'switchyard.unreviewed'));
    const edits = contributes.commands.filter(({ command }) => command.startsWith('switchyard.edits.'));
    const always = edits.filter(({ enablement }) => enablement !== 'switchyard.unreviewed');
    expect(always.map(({ command }) => command)).toEqual(['switchyard.edits.openTurnDiff']);
  });

  it('offers to attach files of the Explorer in windows of other computers as well', () => {
    const [entry] = contributes.menus['explorer/context'] ?? [];
    const pattern = /^resourceScheme =~ \/(.+)\/$/.exec(entry?.when ?? '')?.[1] ?? '';
    const schemes = ['file', 'vscode-remote', 'untitled', 'git', 'vscode-remote-resource'];
    expect(schemes.filter((scheme) => new RegExp(pattern).test(scheme))).toEqual(['file', 'vscode-remote']);
  });

  it('gives the two actions of the peek no icon, so that it shows their words', () => {
    const inPeek = (contributes.menus['scm/change/title'] ?? []).map(({ command }) => command);
    const icons = contributes.commands.filter(({ command }) => inPeek.includes(command)).map(({ icon }) => icon);
    expect(icons).toEqual([undefined, undefined]);
  });

  it('has the files it names', () => {
    const icons = JSON.stringify(contributes).match(/media\/[\w.-]+/g) ?? [];
    const media = readdirSync(path.join(ROOT, 'media')).map((file) => `media/${file}`);
    expect(beyond([manifest.icon, ...icons], media)).toEqual([]);
  });
});
