import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const vsce = path.resolve(__dirname, '../node_modules/@vscode/vsce/vsce');

/**
 * Packages a few lines of an extension that opens the chat, and a file, when the window of `npm start` opens: an
 * editor in a browser begins with its file list. Returns the path of its VSIX.
 *
 * @param openFile relative to the workspace folder.
 */
export function packageGuide(base: string, openFile: string | undefined): string {
  const folder = path.join(base, 'guide');
  mkdirSync(folder, { recursive: true });
  const manifest = {
    name: 'switchyard-guide',
    publisher: 'switchyard',
    version: '0.0.1',
    engines: { vscode: '^1.105.0' },
    main: './guide.js',
    activationEvents: ['onStartupFinished'],
    extensionDependencies: ['switchyard.switchyard'],
  };
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(path.join(folder, 'README.md'), 'Opens the chat when the window of `npm start` opens.\n');
  writeFileSync(path.join(folder, 'LICENSE'), 'Apache-2.0\n');
  writeFileSync(path.join(folder, '.vscodeignore'), '');
  writeFileSync(
    path.join(folder, 'guide.js'),
    `const vscode = require('vscode');
exports.activate = async () => {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const file = ${JSON.stringify(openFile ?? null)};
  if (folder && file) await vscode.window.showTextDocument(vscode.Uri.joinPath(folder.uri, file));
  await vscode.commands.executeCommand('switchyard.focusChat');
};
`,
  );
  const vsix = path.join(base, 'guide.vsix');
  execFileSync(process.execPath, [vsce, 'package', '--no-dependencies', '--allow-missing-repository', '--out', vsix], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return vsix;
}
