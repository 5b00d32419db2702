import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('The packaged extension', () => {
  it('is installed and activates', async () => {
    const extension = vscode.extensions.getExtension('switchyard.switchyard');
    assert.ok(extension, 'switchyard.switchyard is not installed');
    await extension.activate();
    assert.equal(extension.isActive, true);
  });
});
