import * as vscode from 'vscode';
import * as z from 'zod';
import { MODE_NAMES } from '../../shared/conversation';

/** Settings are edited by hand, and by workspaces: whatever does not fit falls back to the default. */
const schemas = {
  'codex.path': z.string().catch(''),
  'codex.args': z.array(z.string()).catch([]),
  'codex.env': z.record(z.string(), z.string()).catch({}),
  mode: z.enum(MODE_NAMES).catch('ask'),
  model: z.string().catch(''),
  effort: z.string().catch(''),
  'composer.sendKey': z.enum(['enter', 'ctrlEnter']).catch('enter'),
  followUp: z.enum(['queue', 'steer']).catch('queue'),
  'context.includeActiveFile': z.boolean().catch(true),
  'edits.review': z.enum(['inEditor', 'chatOnly']).catch('inEditor'),
  'edits.saveAfterApply': z.boolean().catch(true),
  'codeLens.edits': z.boolean().catch(true),
  notifications: z.enum(['whenUnfocused', 'always', 'never']).catch('whenUnfocused'),
  trace: z.enum(['off', 'messages', 'verbose']).catch('off'),
};

/** The value of a `switchyard.*` setting, checked. */
export function setting<K extends keyof typeof schemas>(key: K): z.infer<(typeof schemas)[K]> {
  return schemas[key].parse(vscode.workspace.getConfiguration('switchyard').get(key)) as z.infer<(typeof schemas)[K]>;
}

/** Hears of changes of one of our settings. */
export function onDidChangeSetting(key: keyof typeof schemas, listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(`switchyard.${key}`)) listener();
  });
}
