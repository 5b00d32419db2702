// The converter pauses when it works for long, with a timer that this gives it.
// eslint-disable-next-line switchyard/import-table -- a part of the converter: nothing of it is used here
import 'vscode-jsonrpc/node';
import type * as lsp from 'vscode-languageserver-types';
import type * as vscode from 'vscode';
import { createConverter } from 'vscode-languageclient/$test/common/protocolConverter';

/** Turns edits as plain data into the editor's. Heavy: it is a bundle of its own, loaded with the first write. */
export interface EditConverter {
  asWorkspaceEdit(edit: lsp.WorkspaceEdit): Promise<vscode.WorkspaceEdit>;
}

/** Makes the converter of `vscode-languageclient`, which exports it only under this name. */
export function createEditConverter(): EditConverter {
  const converter = createConverter(undefined, false, false, false);
  return { asWorkspaceEdit: (edit) => converter.asWorkspaceEdit(edit) };
}
