import * as vscode from 'vscode';
import { messageOf } from '../../base/errors';
import type { Logger } from '../../base/logger';
import type { CodeTheme } from '../../shared/codeTheme';
import { asRecord, customRules, parseJsonWithComments, rulesOf } from './themeRules';

const MAX_INCLUDES = 8;

/**
 * The colours that a colour theme of the editor gives to code, with what the person changed about them.
 *
 * @param id of the theme, as the editor tells it to webviews.
 * @returns `null` where no extension that this window can see has the theme, or its file cannot be read.
 */
export async function readCodeTheme(id: string, logger: Logger): Promise<CodeTheme | null> {
  const file = themeFile(id);
  if (!file) return null;
  try {
    const rules = await readRules(file, MAX_INCLUDES);
    if (rules.length === 0) return null;
    const customizations: unknown = vscode.workspace.getConfiguration('editor').get('tokenColorCustomizations');
    return [...rules, ...customRules(customizations, id)];
  } catch (error) {
    logger.warn(`The colours of the theme ${id} could not be read: ${messageOf(error)}`);
    return null;
  }
}

function themeFile(id: string): vscode.Uri | undefined {
  for (const { extensionUri, packageJSON } of vscode.extensions.all) {
    const { themes } = asRecord(asRecord(packageJSON as unknown).contributes);
    for (const theme of Array.isArray(themes) ? (themes as unknown[]) : []) {
      const { id: own, label, path } = asRecord(theme);
      if ((own ?? label) === id && typeof path === 'string') return vscode.Uri.joinPath(extensionUri, path);
    }
  }
  return undefined;
}

/** The rules of a theme's file, after those of the file that it builds on. */
async function readRules(file: vscode.Uri, includes: number): Promise<CodeTheme> {
  const bytes = await vscode.workspace.fs.readFile(file);
  const { include, tokenColors } = asRecord(parseJsonWithComments(new TextDecoder().decode(bytes)));
  const base = typeof include === 'string' && includes > 0 ? vscode.Uri.joinPath(file, '..', include) : undefined;
  return [...(base ? await readRules(base, includes - 1) : []), ...rulesOf(tokenColors)];
}
