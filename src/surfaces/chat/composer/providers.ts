import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { Attachment, AttachmentKind } from '../../../shared/composer';

/** More of one attachment would push everything else out of the model's sight. */
const MAX_TEXT_CHARACTERS = 60_000;
const MAX_PROBLEMS = 200;

const SEVERITIES = ['error', 'warning', 'information', 'hint'] as const;

/** Makes an attachment; a text that is too long is cut, and says so. */
export function attachmentOf(
  kind: AttachmentKind,
  label: string,
  detail: string,
  text: string,
  path: string | null = null,
): Attachment {
  const cut = text.length > MAX_TEXT_CHARACTERS;
  return {
    id: randomUUID(),
    kind,
    label,
    detail,
    path,
    text: cut
      ? `${text.slice(0, MAX_TEXT_CHARACTERS)}\n[cut: ${text.length - MAX_TEXT_CHARACTERS} more characters]`
      : text,
  };
}

/** A file or a folder by its path: Codex reads what it needs of it. */
export function fileAttachment(uri: vscode.Uri, kind: 'file' | 'folder'): Attachment {
  const label = relativePath(uri);
  const name = kind === 'file' ? 'file' : 'folder';
  return attachmentOf(
    kind,
    kind === 'folder' ? `${label}/` : label,
    uri.fsPath,
    `The user attached this ${name}: ${uri.fsPath}`,
    uri.fsPath,
  );
}

/** A symbol by its place. Lines count from 1. */
export function symbolAttachment(uri: vscode.Uri, name: string, line: number, endLine: number): Attachment {
  const place = `${relativePath(uri)}:${lineRange(line, endLine)}`;
  return attachmentOf(
    'symbol',
    name,
    place,
    `The user attached the symbol ${name}: ${uri.fsPath}:${lineRange(line, endLine)}`,
    uri.fsPath,
  );
}

/** The selected text of an editor; `undefined` when nothing is selected. */
export function selectionAttachment(editor: Pick<vscode.TextEditor, 'document' | 'selection'>): Attachment | undefined {
  const { document, selection } = editor;
  if (selection.isEmpty) return undefined;
  const place = `${relativePath(document.uri)}:${rangeOf(selection)}`;
  const text = document.getText(selection);
  const lines = selection.end.line - selection.start.line + 1;
  return attachmentOf(
    'selection',
    place,
    vscode.l10n.t('{0} selected lines of {1}', lines, nameOf(document.uri)),
    `The user selected lines ${rangeOf(selection)} of ${nameOf(document.uri)}:\n${fenced(text, document.languageId)}`,
    document.uri.scheme === 'file' ? document.uri.fsPath : null,
  );
}

/** What the editor shows: the file, and what is selected in it. `id` and `kind` say that it was not attached by hand. */
export function activeAttachment(editor: Pick<vscode.TextEditor, 'document' | 'selection'>): Attachment {
  const selected = selectionAttachment(editor);
  const { document, selection } = editor;
  if (selected) return { ...selected, kind: 'active' };
  const name = nameOf(document.uri);
  return attachmentOf(
    'active',
    relativePath(document.uri),
    name,
    `The user has this file open, with the cursor in line ${selection.active.line + 1}: ${name}`,
    document.uri.scheme === 'file' ? document.uri.fsPath : null,
  );
}

/** The problems the editor reports: of one file, or of all; `undefined` when there are none. */
export function problemsAttachment(uri?: vscode.Uri): Attachment | undefined {
  const all = uri ? [[uri, vscode.languages.getDiagnostics(uri)] as const] : vscode.languages.getDiagnostics();
  const lines = all
    .filter(([file]) => file.scheme === 'file')
    .flatMap(([file, problems]) => problems.map((problem) => ({ file, problem })))
    .filter(({ problem }) => problem.severity <= vscode.DiagnosticSeverity.Warning || uri !== undefined)
    .sort((one, other) => one.problem.severity - other.problem.severity);
  if (lines.length === 0) return undefined;
  const shown = lines.slice(0, MAX_PROBLEMS).map(({ file, problem }) => problemLine(file, problem));
  if (lines.length > MAX_PROBLEMS) shown.push(`[cut: ${lines.length - MAX_PROBLEMS} more problems]`);
  const label = uri ? vscode.l10n.t('Problems in {0}', relativePath(uri)) : vscode.l10n.t('Problems');
  return attachmentOf(
    'problems',
    label,
    lines.length === 1 ? vscode.l10n.t('1 problem') : vscode.l10n.t('{0} problems', lines.length),
    `Problems that the editor reports:\n${shown.join('\n')}`,
  );
}

/** Text of a terminal that was selected. */
export function terminalAttachment(name: string, text: string): Attachment {
  const lines = text.trimEnd().split('\n').length;
  return attachmentOf(
    'terminal',
    vscode.l10n.t('Terminal {0}', name),
    lines === 1 ? vscode.l10n.t('1 line') : vscode.l10n.t('{0} lines', lines),
    `Output of the terminal “${name}”:\n${fenced(text.trimEnd(), '')}`,
  );
}

/** A path as the person reads it: relative to its workspace folder, with the folder's name where there are several. */
export function relativePath(uri: vscode.Uri): string {
  return uri.scheme === 'file' ? vscode.workspace.asRelativePath(uri) : uri.path.replace(/^\//, '');
}

function nameOf(uri: vscode.Uri): string {
  return uri.scheme === 'file' ? uri.fsPath : uri.toString(true);
}

function problemLine(file: vscode.Uri, { message, range, severity, source, code }: vscode.Diagnostic): string {
  const id = typeof code === 'object' ? code.value : code;
  const origin = [source, id].filter((part) => part !== undefined && part !== '').join(' ');
  const place = `${file.fsPath}:${range.start.line + 1}:${range.start.character + 1}`;
  return `${place}: ${SEVERITIES[severity]}: ${message}${origin === '' ? '' : ` (${origin})`}`;
}

/** Lines of a selection as they are counted in the editor. A line that is only touched at its start does not count. */
function rangeOf({ start, end }: vscode.Selection): string {
  const last = end.character === 0 && end.line > start.line ? end.line : end.line + 1;
  return lineRange(start.line + 1, last);
}

function lineRange(first: number, last: number): string {
  return first === last ? `${first}` : `${first}-${last}`;
}

/** A block of code whose fence is longer than any in the text. */
function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...(text.match(/`{3,}/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}
