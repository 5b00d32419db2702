import * as vscode from 'vscode';
import { MODE_NAMES } from '../../shared/conversation';
import { installCodex } from '../host/codexSetup';
import { type CommandContext, targetOf } from './context';
import { MODES } from './modes';

/** The commands about Codex itself: mode, model, account, server, log; by id without prefix. */
export function codexCommands(context: CommandContext): Record<string, (argument?: unknown) => unknown> {
  const { status, log } = context;
  return {
    selectMode: (argument) => selectMode(context, argument),
    selectModel: (argument) => selectModel(context, argument),
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

async function selectMode(context: CommandContext, argument: unknown): Promise<void> {
  const conversation = targetOf(context, argument);
  const items = MODE_NAMES.map((mode) => ({
    ...MODES[mode](),
    mode,
    picked: mode === conversation.view.mode,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    placeHolder: vscode.l10n.t('What Codex may do in this conversation'),
  });
  if (chosen && (await context.fullAccess.allows(chosen.mode, conversation.view.folder)))
    conversation.configure({ mode: chosen.mode });
}

async function selectModel(context: CommandContext, argument: unknown): Promise<void> {
  const conversation = targetOf(context, argument);
  const choices = context.status.models().then((models) =>
    models.map((model) => ({
      label: model.label,
      description: [
        model.isDefault ? vscode.l10n.t('recommended') : '',
        model.model === conversation.view.model ? vscode.l10n.t('current') : '',
      ]
        .filter(Boolean)
        .join(' · '),
      detail: model.description,
      model,
    })),
  );
  const chosen = await vscode.window.showQuickPick(choices, {
    placeHolder: vscode.l10n.t('Model of this conversation'),
    matchOnDetail: true,
  });
  if (!chosen) return;
  const { model, efforts } = chosen.model;
  const effort = await vscode.window.showQuickPick(
    efforts.map((entry) => ({ label: entry.effort, detail: entry.description })),
    { placeHolder: vscode.l10n.t('Reasoning effort of {0}', chosen.label) },
  );
  if (efforts.length > 0 && !effort) return;
  conversation.configure({ model, effort: effort?.label ?? '' });
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
