import * as vscode from 'vscode';

/** Installs Codex with npm into the extension's own storage, in a terminal that the person sees. */
export async function installCodex(installFolder: vscode.Uri, version: string): Promise<void> {
  const install = vscode.l10n.t('Install');
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t('Install Codex {0} for Switchyard?', version),
    {
      modal: true,
      detail: vscode.l10n.t(
        'npm installs the package @openai/codex (about 350 MB) into Switchyard’s own folder. Nothing else on this machine changes.',
      ),
    },
    install,
  );
  if (answer !== install) throw new vscode.CancellationError();
  await vscode.workspace.fs.createDirectory(installFolder);
  const npm = new vscode.ShellExecution('npm', [
    'install',
    '--prefix',
    installFolder.fsPath,
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    `@openai/codex@${version}`,
  ]);
  const task = new vscode.Task(
    { type: 'switchyard.install' },
    vscode.TaskScope.Workspace,
    vscode.l10n.t('Install Codex'),
    'Switchyard',
    npm,
  );
  task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, panel: vscode.TaskPanelKind.Dedicated };
  const exitCode = await runTask(task);
  if (exitCode === 0) return;
  if (exitCode === undefined) {
    throw new Error(vscode.l10n.t('npm did not run to its end. Its terminal shows why. You can install Codex again.'));
  }
  throw new Error(
    exitCode === 127
      ? vscode.l10n.t('npm was not found. Install Node.js from nodejs.org, or install Codex yourself and choose it.')
      : vscode.l10n.t('npm ended with code {0}. Its output is in the terminal.', exitCode),
  );
}

/** Runs a task to its end; gives the exit code of its process. `undefined`: it could not be started, or was ended. */
export async function runTask(task: vscode.Task): Promise<number | undefined> {
  const execution = await vscode.tasks.executeTask(task);
  return new Promise((resolve) => {
    const subscription = vscode.tasks.onDidEndTaskProcess((event) => {
      if (event.execution !== execution) return;
      subscription.dispose();
      resolve(event.exitCode);
    });
  });
}

/** Lets the person point at a codex program and stores it as a setting of this machine. */
export async function chooseCodex(): Promise<void> {
  const [chosen] =
    (await vscode.window.showOpenDialog({ title: vscode.l10n.t('Choose the codex program'), canSelectMany: false })) ??
    [];
  if (!chosen) throw new vscode.CancellationError();
  await vscode.workspace
    .getConfiguration('switchyard')
    .update('codex.path', chosen.fsPath, vscode.ConfigurationTarget.Global);
}
