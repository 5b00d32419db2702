import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { runTask } from '../../src/surfaces/host/codexSetup';

function task(process: string, ...args: string[]): vscode.Task {
  const execution = new vscode.ProcessExecution(process, args);
  const { Workspace } = vscode.TaskScope;
  const made = new vscode.Task({ type: 'switchyard.test' }, Workspace, process, 'Switchyard', execution);
  made.presentationOptions = { panel: vscode.TaskPanelKind.New };
  return made;
}

describe('Installing Codex', () => {
  before(function () {
    // The oldest editor is installed without its native parts, so it has no terminals.
    if (vscode.version.startsWith('1.105.')) this.skip();
  });

  it('ends with the code of its process', async () => {
    assert.equal(await runTask(task('node', '-e', 'process.exit(3)')), 3);
  });

  it('ends without a code where its process cannot be started', async () => {
    assert.equal(await runTask(task('/nowhere/no-such-program')), undefined);
  });

  it('ends without a code where the person ends it before its process is there', async () => {
    const starting = vscode.tasks.onDidStartTask(({ execution }) => execution.terminate());
    try {
      assert.equal(await runTask(task('sleep', '60')), undefined);
    } finally {
      starting.dispose();
    }
  });
});
