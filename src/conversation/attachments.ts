import * as z from 'zod';
import type { UserInput } from '../protocol/generated/types/v2/UserInput';
import { type Attachment, ATTACHMENT_KINDS } from '../shared/composer';
import type { MessageDraft } from '../shared/conversation';
import { baseName } from '../shared/paths';

const OPENING = '\n<editor_context>\n';
const CLOSING = '\n</editor_context>';
/** Says that a text of a message is an attachment, and how it is called. The server keeps it with the text (codex app-server 0.169.0). */
const MARK = 'switchyard.context:';
const MAX_LABEL_CHARACTERS = 200;
const label = z.string().max(MAX_LABEL_CHARACTERS);
/** Earlier versions kept the label only. */
const storedMark = z.union([
  label.transform((text) => ({ label: text, kind: 'file' as const, path: null })),
  z.object({ label, kind: z.enum(ATTACHMENT_KINDS), path: z.string().nullable() }),
]);

/**
 * A message as the server takes it. The words come first: the server makes the name of a thread from the beginning of
 * its first message. Files and other context go as texts of their own, because a `mention` does not reach the model
 * (codex app-server 0.169.0).
 */
export function toInput({ text, attachments = [] }: Pick<MessageDraft, 'text' | 'attachments'>): UserInput[] {
  const words: UserInput[] = text === '' ? [] : [{ type: 'text', text, text_elements: [] }];
  return [...words, ...attachments.map(toPart)];
}

/** Whether a part of a message is an attachment of text: no words of the person's. */
export function isContext(part: UserInput): boolean {
  return contextLabel(part) !== undefined;
}

/** The labels of what was attached to a message, in its order. */
export function attachmentLabels(content: readonly UserInput[]): string[] {
  return content.flatMap((part) => {
    switch (part.type) {
      case 'text': {
        const label = contextLabel(part);
        return label === undefined ? [] : [label];
      }
      case 'localImage':
      case 'localAudio':
        return [part.path];
      case 'skill':
      case 'mention':
        return [part.name];
      default:
        return [part.type];
    }
  });
}

function toPart({ kind, label, path, text }: Attachment): UserInput {
  if (kind === 'image' && path !== null) return { type: 'localImage', path };
  const placeholder = MARK + JSON.stringify({ label: label.slice(0, MAX_LABEL_CHARACTERS), kind, path });
  return {
    type: 'text',
    text: OPENING + text.replaceAll('</editor_context', '< /editor_context') + CLOSING,
    text_elements: [{ byteRange: { start: 0, end: OPENING.length }, placeholder }],
  };
}

/** What was attached to a message that was sent, to be attached to another. Parts of other clients are left out. */
export function attachmentsOf(content: readonly UserInput[], createId: () => string): Attachment[] {
  return content.flatMap((part): Attachment[] => {
    if (part.type === 'localImage') {
      const name = baseName(part.path);
      return [{ id: createId(), kind: 'image', label: name, detail: part.path, path: part.path, text: '' }];
    }
    const mark = markOf(part);
    if (!mark || part.type !== 'text') return [];
    const text = part.text.slice(OPENING.length, part.text.length - CLOSING.length);
    return [{ ...mark, id: createId(), detail: mark.path ?? mark.label, text }];
  });
}

function contextLabel(part: UserInput): string | undefined {
  return markOf(part)?.label;
}

function markOf(part: UserInput): Pick<Attachment, 'label' | 'kind' | 'path'> | undefined {
  if (part.type !== 'text') return undefined;
  const mark = part.text_elements.find(({ placeholder }) => placeholder?.startsWith(MARK))?.placeholder;
  if (!mark) return undefined;
  try {
    return storedMark.parse(JSON.parse(mark.slice(MARK.length)));
  } catch {
    return { label: 'context', kind: 'file', path: null };
  }
}
