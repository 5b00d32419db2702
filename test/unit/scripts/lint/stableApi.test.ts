import { describe, expect, it } from 'vitest';
import { declarationViolations, type Manifest, manifestViolations } from '../../../../scripts/lint/stableApi';

const FINE = { engines: { vscode: '^1.105.0' }, devDependencies: { '@types/vscode': '1.105.0' } };
const violationsOf = (manifest: Manifest) => manifestViolations({ ...FINE, ...manifest });

describe('manifestViolations', () => {
  it('finds nothing in a manifest that uses what is stable', () => {
    const contributes = {
      commands: [{ command: 'a', title: 'A' }],
      menus: { 'view/title': [], 'scm/resourceState/context': [], 'own.submenu': [] },
      submenus: [{ id: 'own.submenu', label: 'More' }],
      viewsContainers: { activitybar: [], secondarySidebar: [] },
      views: { own: [{ id: 'own.view', name: 'View' }] },
      viewsWelcome: [{ view: 'own.view', contents: 'Nothing' }],
    };
    expect(violationsOf({ contributes })).toEqual([]);
  });

  it.each<[Manifest, string]>([
    [{ enabledApiProposals: [] }, 'enabledApiProposals asks for proposed API'],
    [{ contributes: { chatSessions: [] } }, 'contributes.chatSessions is not a stable contribution point'],
    [{ contributes: { menus: { 'editor/content': [] } } }, 'contributes.menus.editor/content is not a stable menu'],
    [
      { contributes: { menus: { 'scm/sourceControl/title': [] } } },
      'contributes.menus.scm/sourceControl/title is not a stable menu',
    ],
    [{ contributes: { menus: { 'scm/inputBox': [] } } }, 'contributes.menus.scm/inputBox is not a stable menu'],
    [{ contributes: { menus: { 'no.submenu': [] } } }, 'contributes.menus.no.submenu is not a stable menu'],
    [
      { contributes: { viewsContainers: { secondarySidebar: [] } } },
      'contributes.viewsContainers needs a place that older editors know',
    ],
    [
      { contributes: { viewsContainers: { activitybar: [], statusbar: [] } } },
      'contributes.viewsContainers.statusbar is not a stable place',
    ],
    [
      { contributes: { viewsWelcome: [{ view: 'v', contents: 'c', group: 'g' }] } },
      'contributes.viewsWelcome of v: "group" is proposed',
    ],
    [
      { contributes: { views: { own: [{ id: 'v', remoteName: 'r' }] } } },
      'contributes.views v: "remoteName" is proposed',
    ],
    [{ engines: { vscode: '*' } }, 'engines.vscode must be "^" and a version'],
    [
      { devDependencies: { '@types/vscode': '^1.105.0' } },
      '@types/vscode must be exactly 1.105.0, the oldest editor, and is ^1.105.0',
    ],
  ])('finds in %j that %s', (manifest, violation) => {
    expect(violationsOf(manifest)).toEqual([violation]);
  });
});

describe('declarationViolations', () => {
  it('finds declarations of proposed API, by name and by content', () => {
    const widening = ['declare module', "'vscode' { export const secret: string; }"].join(' ');
    const files = [
      { path: 'src/vscode.proposed.chatProvider.d.ts', text: '' },
      { path: 'src/widen.ts', text: widening },
      { path: 'src/fine.ts', text: "import * as vscode from 'vscode';" },
      { path: 'src/vscode.d.ts.md', text: 'text' },
    ];
    expect(declarationViolations(files)).toEqual([
      'src/vscode.proposed.chatProvider.d.ts declares API of the editor',
      'src/widen.ts declares API of the editor',
    ]);
  });
});
