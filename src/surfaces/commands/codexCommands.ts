import * as vscode from 'vscode';
import { installCodex } from '../host/codexSetup';
import { type CommandContext, targetOf } from './context';
import { pickModel } from './models';
import { pickMode } from './modes';

/** The commands about Codex itself: mode, model, account, server, log; by id without prefix. */
export function codexCommands(context: CommandContext): Record<string, (argument?: unknown) => unknown> {
  const { status, log } = context;
  return {
    selectMode: (argument) => pickMode(targetOf(context, argument), context),
    selectModel: (argument) => pickModel(targetOf(context, argument), context.status),
    signIn: () => signIn(context),
    signOut: () => status.signOut(),
    installCodex: async () => {
      await installCodex(context.installFolder, context.codexVersion);
      await context.restartServer();
    },
    restartServer: () => context.restartServer(),
    showLog: () => log.show(true),
    diagnostics: () => showDiagnostics(context),
  };
}

async function signIn({ status }: CommandContext): Promise<void> {
  const address = await status.signIn();
  // Codex itself listens on loopback for the browser to come back.
  await vscode.env.openExternal(vscode.Uri.parse(address, true));
}

async function showDiagnostics(context: CommandContext): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ content: context.diagnostics(), language: 'markdown' });
  await vscode.window.showTextDocument(document, { preview: true });
}
