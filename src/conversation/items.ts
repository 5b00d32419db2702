import type { FileUpdateChange } from '../protocol/generated/types/v2/FileUpdateChange';
import type { ThreadItem } from '../protocol/generated/types/v2/ThreadItem';
import type { UserInput } from '../protocol/generated/types/v2/UserInput';
import type { FileChangeView, ItemView, StepItem, StepStatus } from '../shared/conversation';
import { countChanges } from '../shared/fileDiff';
import { noticesOf, withoutNotes } from './agentNotes';
import { pathLabel, summarize, unwrapShell } from './commandText';

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
      return { type: 'you', id: item.id, text: textOf(item.content), attachments: attachmentsOf(item.content) };
    case 'agentMessage':
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
        folder: pathLabel(item.cwd, folder),
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
      return toStep(item, completed);
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

/** The text of a user's input. */
export function textOf(content: readonly UserInput[]): string {
  return content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
}

function attachmentsOf(content: readonly UserInput[]): string[] {
  return content.flatMap((part) => {
    if (part.type === 'localImage' || part.type === 'localAudio') return [part.path];
    if (part.type === 'skill' || part.type === 'mention') return [part.name];
    return part.type === 'text' ? [] : [part.type];
  });
}

function durationOf(item: ThreadItem): number | null {
  return item.startedAtMs && item.completedAtMs ? item.completedAtMs - item.startedAtMs : null;
}

function stepStatus(status: string): StepStatus {
  if (status === 'inProgress') return 'working';
  return status === 'failed' || status === 'declined' ? status : 'completed';
}

/** The rarer items, and the ones of a newer server, as one calm line each. */
function toStep(item: Exclude<ThreadItem, { type: 'userMessage' }>, completed: boolean): StepItem {
  const step = (icon: string, verb: string, subject: string, extra: Partial<StepItem> = {}): StepItem => ({
    type: 'step',
    id: item.id,
    icon,
    verb,
    subject,
    status: completed ? 'completed' : 'working',
    durationMs: durationOf(item),
    text: '',
    ...extra,
  });
  switch (item.type) {
    case 'mcpToolCall':
      return step('tools', 'Used', `${item.server} · ${item.tool}`, {
        status: stepStatus(item.status),
        text: item.error?.message ?? JSON.stringify(item.arguments, null, 2),
      });
    case 'dynamicToolCall':
      return step('tools', 'Used', item.tool, {
        status: stepStatus(item.status),
        text: JSON.stringify(item.arguments, null, 2),
      });
    case 'webSearch':
      return step('globe', 'Searched the web', item.query);
    case 'imageView':
      return step('file-media', 'Looked at', item.path);
    case 'imageGeneration':
      return step('file-media', 'Made an image', item.revisedPrompt ?? '');
    case 'plan':
      return step('checklist', 'Planned', '', { text: item.text });
    case 'collabAgentToolCall':
      return step('organization', 'Sub-agent', item.tool, { text: item.prompt ?? '' });
    case 'subAgentActivity':
      return step('organization', 'Sub-agent', `${item.agentPath} ${item.kind}`);
    case 'contextCompaction':
      return step('fold', completed ? 'Compacted' : 'Compacting', 'the conversation');
    case 'enteredReviewMode':
      return step('eye', 'Reviewing', item.review);
    case 'exitedReviewMode':
      return step('eye', 'Reviewed', '', { text: item.review });
    case 'sleep':
      return step('watch', 'Waited', '', { durationMs: item.durationMs });
    case 'hookPrompt':
    case 'functionCallOutput':
      return step('gear', 'Step', item.type);
    default: {
      // A newer server's item: say what it is called rather than hide it.
      const { type } = item as { type: string };
      return step('circle-outline', 'Step', type);
    }
  }
}
