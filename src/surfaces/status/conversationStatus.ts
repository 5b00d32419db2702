import * as vscode from 'vscode';
import type { ConversationSummary } from '../../shared/messages';

/** What a conversation is doing, in words; empty when there is nothing to say. */
export function statusText({ status, unread }: ConversationSummary): string {
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
      return unread ? vscode.l10n.t('new') : '';
  }
}

/** Whether a turn of it runs. */
export function isAtWork({ status }: ConversationSummary): boolean {
  return status === 'working' || status === 'waiting' || status === 'stopping';
}

/** The icon of a conversation's state. */
export function statusIcon({ status, unread }: ConversationSummary): vscode.ThemeIcon {
  switch (status) {
    case 'working':
    case 'stopping':
      return new vscode.ThemeIcon('loading~spin');
    case 'waiting':
      return new vscode.ThemeIcon('bell-dot', new vscode.ThemeColor('list.warningForeground'));
    case 'failed':
      return new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
    default:
      return unread
        ? new vscode.ThemeIcon('circle-filled', new vscode.ThemeColor('textLink.foreground'))
        : new vscode.ThemeIcon('comment-discussion');
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
