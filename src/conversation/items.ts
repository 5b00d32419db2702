import type { FileUpdateChange } from '../protocol/generated/types/v2/FileUpdateChange';
import type { ThreadItem } from '../protocol/generated/types/v2/ThreadItem';
import type { UserInput } from '../protocol/generated/types/v2/UserInput';
import type { FileChangeView, ItemView } from '../shared/conversation';
import { countChanges } from '../shared/fileDiff';
import { noticesOf, withoutNotes } from './agentNotes';
import { attachmentLabels, isContext } from './attachments';
import { folderLabel, pathLabel, summarize, unwrapShell } from './commandText';
import { withImages } from './itemImages';
import { durationOf, stepStatus, toStep } from './steps';

/** What a panel shows of an item: a message may carry notes of the editor beside the person's words, or nothing else. */
export function toItemViews(item: ThreadItem, folder: string, completed: boolean): ItemView[] {
  if (item.type !== 'userMessage') return [toItemView(item, folder, completed)];
  const notices = noticesOf(item.id, item.content);
  const said = withoutNotes(item.content);
  if (said.length === 0 && notices.length > 0) return notices;
  return [toItemView({ ...item, content: said }, folder, completed), ...notices];
}

/** Turns an item of the protocol into what a panel shows. `folder` is the conversation's working folder, absolute. */
export function toItemView(item: ThreadItem, folder: string, completed: boolean): ItemView {
  switch (item.type) {
    case 'userMessage':
      return {
        type: 'you',
        id: item.id,
        text: textOf(item.content),
        attachments: attachmentLabels(item.content),
        ...withImages(item),
      };
    case 'agentMessage':
      return {
        type: 'message',
        id: item.id,
        text: item.text,
        streaming: !completed,
        ...(item.questions && {
          questions: item.questions.map(({ title, options }) => ({ title, options: options ?? [] })),
        }),
      };
    case 'plan':
      // What Plan mode is for: it reads like an answer.
      return { type: 'message', id: item.id, text: item.text, streaming: !completed };
    case 'reasoning':
      return {
        type: 'reasoning',
        id: item.id,
        text: (item.summary.length > 0 ? item.summary : item.content).join('\n\n'),
        streaming: !completed,
        startedAtMs: item.startedAtMs ?? null,
        durationMs: durationOf(item),
      };
    case 'commandExecution':
      return {
        type: 'command',
        id: item.id,
        command: unwrapShell(item.command),
        folder: folderLabel(item.cwd, folder),
        summary: summarize(item.commandActions),
        status: stepStatus(item.status),
        text: item.aggregatedOutput ?? '',
        exitCode: item.exitCode,
        durationMs: item.durationMs ?? durationOf(item),
      };
    case 'fileChange':
      return {
        type: 'files',
        id: item.id,
        status: stepStatus(item.status),
        changes: item.changes.map((change) => toFileChange(change, folder)),
        notes: [],
      };
    default:
      return toStep(item, folder, completed);
  }
}

/** One changed file. A move carries "Moved to: …" at the end of its diff, which is not part of it. */
export function toFileChange(change: FileUpdateChange, folder: string): FileChangeView {
  const diff = change.diff.replace(
    /\n*Moved to: [^\n]*$/,
    change.kind.type === 'update' && change.kind.move_path ? '' : '$&',
  );
  const movedTo = change.kind.type === 'update' ? change.kind.move_path : null;
  return {
    path: change.path,
    label: pathLabel(change.path, folder),
    kind: change.kind.type,
    movedTo,
    diff,
    ...countChanges({ kind: change.kind.type, diff }),
  };
}

/** The words of a user's input, without what the editor attached to them. */
export function textOf(content: readonly UserInput[]): string {
  return content.flatMap((part) => (part.type === 'text' && !isContext(part) ? [part.text] : [])).join('\n');
}
