import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { createEditConverter } from '../../src/surfaces/edits/editConverter';

describe('The converter of edits', () => {
  it('converts more edits than it does without a pause', async () => {
    const uri = vscode.Uri.file('/some/file.txt');
    const position = (line: number) => ({ line, character: 0 });
    const edits = Array.from({ length: 50_000 }, (_, line) => ({
      range: { start: position(line), end: position(line) },
      newText: `${line}`,
    }));
    const converted = await createEditConverter().asWorkspaceEdit({ changes: { [uri.toString()]: edits } });
    assert.equal(converted.get(uri).length, edits.length);
    assert.equal(converted.get(uri).at(-1)?.newText, '49999');
  });
});
