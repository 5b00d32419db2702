import * as z from 'zod';
import { type AttachSource, COMPOSER_COMMANDS, MAX_IMAGE_BYTES } from '../../shared/composer';
import type { ImageRef } from '../../shared/images';
import { type FromWebview, MAX_FAULT_CHARACTERS, PANEL_COMMANDS } from '../../shared/messages';

const id = z.string().min(1).max(200);
const text = z.string().max(1_000_000);
const filePath = z.string().min(1).max(4_096);
const MAX_HUNKS = 10_000;
const words = z.string().max(100_000);
const filled = z.array(z.union([words, z.boolean(), z.array(words).max(1_000)])).max(1_000);

const line = z.int().min(1);
/** Base64 takes four characters for three bytes. */
const MAX_IMAGE_CHARACTERS = Math.ceil(MAX_IMAGE_BYTES / 3) * 4;

const attachSource = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['selection', 'problems', 'terminal', 'changes']) }),
  z.object({ kind: z.enum(['file', 'folder']), path: filePath }),
  z.object({ kind: z.literal('symbol'), path: filePath, name: z.string().max(500), line, endLine: line }),
]) satisfies z.ZodType<AttachSource>;

const imageRef = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('item'), turnId: id, itemId: id, index: z.int().min(0) }),
  z.object({ kind: z.literal('file'), path: filePath }),
]) satisfies z.ZodType<ImageRef>;

/** What a webview may say. It shows what a model wrote, so nothing of it is believed unchecked. */
export const fromWebview = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('resync') }),
  z.object({ type: z.literal('focused') }),
  z.object({ type: z.literal('send'), key: id, text, inverted: z.boolean().optional() }),
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
    action: z.enum([
      'retry',
      'restart',
      'installCodex',
      'chooseCodex',
      'showLog',
      'signIn',
      'newConversation',
      'compact',
      'forkConversation',
      'unarchive',
      'compactAndRetry',
      'selectModel',
      'selectMode',
    ]),
  }),
  z.object({ type: z.literal('loadEarlier'), key: id }),
  z.object({ type: z.literal('answer'), approvalId: id, decisionId: id, values: filled }),
  z.object({ type: z.literal('fill'), key: id, approvalId: id, values: filled }),
  z.object({ type: z.literal('reply'), key: id, text: text.min(1) }),
  z.object({ type: z.literal('command'), command: z.enum(PANEL_COMMANDS) }),
  z.object({
    type: z.literal('complete'),
    key: id,
    request: z.int().min(1),
    trigger: z.enum(['@', '/', '$']),
    query: z.string().max(500),
  }),
  z.object({ type: z.literal('attach'), key: id, source: attachSource }),
  z.object({
    type: z.literal('attachImage'),
    key: id,
    name: z.string().max(200),
    data: z.base64().max(MAX_IMAGE_CHARACTERS),
  }),
  z.object({ type: z.literal('attachUris'), key: id, uris: z.array(z.string().max(8_192)).max(100) }),
  z.object({ type: z.literal('detach'), key: id, id }),
  z.object({ type: z.literal('includeActive'), key: id, include: z.boolean() }),
  z.object({ type: z.literal('runCommand'), key: id, command: z.enum(COMPOSER_COMMANDS), argument: words.optional() }),
  z.object({ type: z.literal('queueMove'), id, index: z.int().min(0) }),
  z.object({ type: z.literal('alive') }),
  z.object({ type: z.literal('fault'), text: z.string().max(MAX_FAULT_CHARACTERS) }),
  z.object({ type: z.literal('reload') }),
  z.object({
    type: z.literal('scrolled'),
    key: id,
    place: z.object({ turnId: id, row: z.string().min(1).max(1_000), offset: z.number() }).nullable(),
  }),
  z.object({ type: z.literal('refreshLimits') }),
  z.object({ type: z.literal('side'), key: id, action: z.enum(['stop', 'dismiss', 'again', 'keep']) }),
  z.object({ type: z.literal('editMessage'), key: id, turnId: id, draft: text }),
  z.object({ type: z.literal('sendEdited'), key: id, text, how: z.enum(['inPlace', 'copy']) }),
  z.object({ type: z.literal('cancelEdit'), key: id }),
  z.object({ type: z.literal('insertCode'), code: text }),
  z.object({ type: z.literal('applyCode'), key: id, code: text, info: z.string().max(10_000) }),
  z.object({ type: z.literal('codeTheme'), id: z.string().max(500) }),
  z.object({ type: z.literal('loadImage'), key: id, request: z.int().min(1), image: imageRef }),
  z.object({ type: z.literal('openImage'), key: id, image: imageRef }),
  z.object({ type: z.literal('goal'), key: id, action: z.enum(['pause', 'resume', 'edit', 'clear']) }),
]) satisfies z.ZodType<FromWebview>;
