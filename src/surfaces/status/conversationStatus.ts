import * as vscode from 'vscode';
import type { ConversationSummary } from '../../shared/messages';

/** What a conversation is called, also one without a title. */
export function nameOf({ title }: { readonly title: string }): string {
  return title === '' ? vscode.l10n.t('New conversation') : title;
}

/** What a conversation is doing, in words; empty when there is nothing to say. */
export function statusText({ status, unread, threadId }: ConversationSummary): string {
  switch (status) {
    case 'working':
      return vscode.l10n.t('working');
    case 'stopping':
      return vscode.l10n.t('stopping');
    case 'waiting':
      return vscode.l10n.t('needs you');
    case 'failed':
      return vscode.l10n.t('failed');
    default:
      if (unread) return vscode.l10n.t('new');
      return threadId === null ? vscode.l10n.t('draft') : '';
  }
}

/** The icon of a conversation's state. */
export function statusIcon({ status, unread, threadId }: ConversationSummary): vscode.ThemeIcon {
  switch (status) {
    case 'working':
    case 'stopping':
      // Icons that turn would have the whole window painted all the time, the more of them the dearer.
      return new vscode.ThemeIcon('pulse', new vscode.ThemeColor('charts.blue'));
    case 'waiting':
      return new vscode.ThemeIcon('bell-dot', new vscode.ThemeColor('list.warningForeground'));
    case 'failed':
      return new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
    default:
      return unread
        ? new vscode.ThemeIcon('circle-filled', new vscode.ThemeColor('textLink.foreground'))
        : new vscode.ThemeIcon(threadId === null ? 'edit' : 'comment-discussion');
  }
}

const MINUTE_MS = 60_000;

/** A span of time as lists show it: "now", "5 m", "3 h", "2 d". */
export function age(ms: number): string {
  const minutes = Math.floor(ms / MINUTE_MS);
  if (minutes < 1) return vscode.l10n.t('now');
  if (minutes < 60) return vscode.l10n.t('{0} m', minutes);
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? vscode.l10n.t('{0} h', hours) : vscode.l10n.t('{0} d', Math.floor(hours / 24));
}
