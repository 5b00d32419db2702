import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Conversation } from '../../src/conversation/conversation';
import type { ExtensionParts } from '../../src/extension';

/** A turn of the real codex takes seconds; this is for a machine that is busy, and ends a test that hangs. */
export const TURN_LIMIT_MS = 60_000;

/** The extension that runs in this editor. */
export async function activatedExtension(): Promise<ExtensionParts> {
  const extension = vscode.extensions.getExtension<ExtensionParts>('switchyard.switchyard');
  assert.ok(extension);
  return extension.activate();
}

/** What Codex said in a conversation. */
export function words({ view }: Conversation): string[] {
  return view.turns.flatMap((turn) => turn.items.flatMap((item) => (item.type === 'message' ? [item.text] : [])));
}

/** Waits for a state of the conversation, told by its own changes. */
export async function until(
  conversation: Conversation,
  condition: () => boolean,
  limitMs = TURN_LIMIT_MS,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      subscription.dispose();
      const { status, turns } = conversation.view;
      const notes = turns.flatMap(({ items }) => items.flatMap((item) => (item.type === 'files' ? item.notes : [])));
      reject(
        new Error(`It stays ${status}: ${condition.toString()}\n${[...words(conversation), ...notes].join('\n')}`),
      );
    }, limitMs);
    const check = (): void => {
      if (!condition()) return;
      clearTimeout(timer);
      subscription.dispose();
      resolve();
    };
    const subscription = conversation.onDidChange(check);
    check();
  });
}

/** Waits for the question of a turn and answers it. */
export async function approve(conversation: Conversation, decision: string): Promise<void> {
  await until(conversation, () => conversation.view.approvals.length > 0);
  await conversation.approvals.decide(conversation.view.approvals[0]?.id ?? '', decision);
}

/** Sends a message and waits until its turn has ended; every question meanwhile is answered with `decision`. */
export async function runTurn(
  conversation: Conversation,
  text: string,
  decision = 'accept',
  limitMs?: number,
): Promise<void> {
  const count = conversation.view.turns.length + 1;
  const subscription = conversation.onDidChange(() => {
    const [approval] = conversation.view.approvals;
    if (approval) void conversation.approvals.decide(approval.id, decision);
  });
  try {
    await conversation.send(text);
    await until(conversation, () => !conversation.isBusy && conversation.view.turns.length >= count, limitMs);
  } finally {
    subscription.dispose();
  }
  assert.equal(conversation.view.status, 'ready', words(conversation).join('\n'));
}
