import * as z from 'zod';
import { type FromWebview, PANEL_COMMANDS } from '../../shared/messages';

const id = z.string().min(1).max(200);
const text = z.string().max(1_000_000);
const filePath = z.string().min(1).max(4_096);
const MAX_HUNKS = 10_000;

/** What a webview may say. It shows what a model wrote, so nothing of it is believed unchecked. */
export const fromWebview = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('resync') }),
  z.object({ type: z.literal('focused') }),
  z.object({ type: z.literal('send'), key: id, text: text.min(1) }),
  z.object({ type: z.literal('draft'), key: id, text }),
  z.object({ type: z.literal('stop'), key: id }),
  z.object({ type: z.literal('approve'), approvalId: id, decisionId: id }),
  z.object({
    type: z.literal('chooseHunks'),
    approvalId: id,
    path: filePath,
    hunks: z.union([z.enum(['all', 'none']), z.array(z.int().min(0)).max(MAX_HUNKS)]),
  }),
  z.object({ type: z.literal('review'), key: id, action: z.enum(['keep', 'undo']), path: filePath.nullable() }),
  z.object({ type: z.literal('openReview'), key: id, path: filePath.nullable() }),
  z.object({
    type: z.literal('turn'),
    key: id,
    turnId: id,
    action: z.enum(['undo', 'redo', 'openChanges', 'restore']),
  }),
  z.object({ type: z.literal('proceed'), key: id, path: filePath }),
  z.object({ type: z.literal('queueRemove'), id }),
  z.object({ type: z.literal('queueEdit'), id }),
  z.object({ type: z.literal('queueSendNow'), id }),
  z.object({ type: z.literal('outboxRemove'), id }),
  z.object({ type: z.literal('openDiff'), turnId: id, itemId: id, path: filePath }),
  z.object({ type: z.literal('openLink'), href: z.string().min(1).max(8_192) }),
  z.object({ type: z.literal('openInTerminal'), turnId: id, itemId: id }),
  z.object({ type: z.literal('copy'), text }),
  z.object({
    type: z.literal('problem'),
    key: id,
    id: id.nullable(),
    action: z.enum(['retry', 'restart', 'installCodex', 'chooseCodex', 'showLog', 'signIn', 'newConversation']),
  }),
  z.object({ type: z.literal('command'), command: z.enum(PANEL_COMMANDS) }),
]) satisfies z.ZodType<FromWebview>;
