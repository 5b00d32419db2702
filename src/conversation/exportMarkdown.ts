import type { Turn } from '../protocol/generated/types/v2/Turn';
import { applyDelta } from '../shared/applyDelta';
import type { ConversationView, ItemView, TurnView } from '../shared/conversation';
import type { SendRequest } from '../transport/appServer';
import { historyDeltas } from './history';

const PAGE = 50;

/** A conversation with all its turns, also those that no panel has loaded. @throws RpcError, SwitchyardError */
export async function readWhole(view: Readonly<ConversationView>, request: SendRequest): Promise<ConversationView> {
  const stored = view.threadId === null ? [] : await readAllTurns(view.threadId, request);
  const whole: ConversationView = { ...view, turns: [] };
  for (const delta of historyDeltas(stored, view.folder)) applyDelta(whole, delta);
  // What a panel shows is newer than what is stored.
  const shown = new Map(view.turns.map((turn) => [turn.id, turn]));
  const turns = whole.turns.map((turn) => shown.get(turn.id) ?? turn);
  const known = new Set(turns.map(({ id }) => id));
  return { ...view, turns: [...turns, ...view.turns.filter(({ id }) => !known.has(id))] };
}

/** Oldest first. */
async function readAllTurns(threadId: string, request: SendRequest): Promise<Turn[]> {
  const turns: Turn[] = [];
  let cursor: string | null = null;
  do {
    const page: { data: Turn[]; nextCursor: string | null } = await request('thread/turns/list', {
      threadId,
      limit: PAGE,
      itemsView: 'full',
      cursor,
    });
    turns.push(...page.data);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return turns.reverse();
}

/** A conversation as a Markdown document. It holds all words, commands with their output, and diffs; nothing is folded. */
export function toMarkdown(view: Readonly<ConversationView>): string {
  const { title, threadId, folder, updatedAtMs, turns } = view;
  const facts = [
    `- Folder: ${inlineCode(folder)}`,
    ...(threadId === null ? [] : [`- Conversation: ${inlineCode(threadId)}`]),
    `- Last change: ${new Date(updatedAtMs).toISOString()}`,
  ];
  const head = `# ${title === '' ? 'Conversation' : oneLine(title)}`;
  return `${[head, facts.join('\n'), ...turns.flatMap(turnBlocks)].join('\n\n')}\n`;
}

function turnBlocks({ items, status, problem }: TurnView): string[] {
  const end = status === 'stopped' ? ['_Stopped._'] : [];
  const trouble = problem ? [`**${problem.title}**\n\n${problem.detail}`.trim()] : [];
  return [...items.map(itemBlock).filter((block) => block !== ''), ...trouble, ...end];
}

function itemBlock(item: ItemView): string {
  switch (item.type) {
    case 'you': {
      const attached = item.attachments.map((name) => `- Attached: ${name}`).join('\n');
      return ['## You', item.text, attached].filter((part) => part !== '').join('\n\n');
    }
    case 'message':
      return `## Codex\n\n${item.text}`;
    case 'reasoning':
      return item.text === '' ? '' : quote(item.text);
    case 'command': {
      const end = item.exitCode === null ? '' : `\n\nExit code ${item.exitCode}`;
      const output = item.text === '' ? '' : `\n\n${fence(withoutEscapes(item.text))}`;
      return `**Command**\n\n${fence(item.command, 'sh')}${output}${end}`;
    }
    case 'files': {
      const files = item.changes.map(
        ({ label, kind, movedTo, diff }) =>
          `- ${inlineCode(label)} (${kind}${movedTo === null ? '' : `, moved to ${movedTo}`})\n\n${fence(diff, 'diff')}`,
      );
      return [`**File changes** (${item.status})`, ...files, ...item.notes].join('\n\n');
    }
    case 'plan':
      return [
        '**Plan**',
        '',
        ...item.steps.map(({ text, status }) => `- [${status === 'done' ? 'x' : ' '}] ${text}`),
      ].join('\n');
    case 'notice':
      return quote(item.text);
    case 'step':
      return `**${item.verb}** ${item.subject}${item.text === '' ? '' : `\n\n${fence(item.text)}`}`;
    default:
      return '';
  }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function quote(text: string): string {
  return text
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
}

/** A block that ends where it should, whatever fences are in it. */
function fence(text: string, language = ''): string {
  const marks = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${marks}${language}\n${text.replace(/\n$/, '')}\n${marks}`;
}

function inlineCode(text: string): string {
  const marks = '`'.repeat(longestRun(text) + 1);
  return marks.length === 1 ? `\`${text}\`` : `${marks} ${text} ${marks}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}

/** Terminal colours are noise in a document. */
function withoutEscapes(text: string): string {
  return text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '');
}
