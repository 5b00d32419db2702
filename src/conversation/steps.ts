import type { CollabAgentTool } from '../protocol/generated/types/v2/CollabAgentTool';
import type { ThreadItem } from '../protocol/generated/types/v2/ThreadItem';
import type { WebSearchAction } from '../protocol/generated/types/v2/WebSearchAction';
import type { StepItem, StepStatus } from '../shared/conversation';
import { pathLabel } from './commandText';
import { isShownImage, withImages } from './itemImages';

/** What is shown of an item that this version does not know, and of a tool's output, in characters. */
const MAX_TEXT = 20_000;

/** What a collaboration tool does, by its name on the wire (codex app-server 0.169.0). */
const COLLAB_VERBS: Readonly<Record<CollabAgentTool, string>> = {
  spawnAgent: 'started',
  sendInput: 'was told more',
  sendMessage: 'was sent a message',
  followupTask: 'was given another task',
  resumeAgent: 'was resumed',
  wait: 'was waited for',
  closeAgent: 'was closed',
  interruptAgent: 'was interrupted',
  listAgents: 'list',
};

/** How long an item took, in milliseconds, where the server has noted it. */
export function durationOf(item: Pick<ThreadItem, 'startedAtMs' | 'completedAtMs'>): number | null {
  return item.startedAtMs && item.completedAtMs ? item.completedAtMs - item.startedAtMs : null;
}

/** The status of an item as a panel says it. */
export function stepStatus(status: string): StepStatus {
  if (status === 'inProgress') return 'working';
  if (status === 'interrupted') return 'stopped';
  return status === 'failed' || status === 'declined' ? status : 'completed';
}

/** The rarer items, and the ones of a newer server, as one calm line each, with their details to unfold. */
export function toStep(
  item: Exclude<ThreadItem, { type: 'userMessage' | 'plan' }>,
  folder: string,
  completed: boolean,
): StepItem {
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
    case 'dynamicToolCall':
    case 'functionCallOutput':
      return { ...step('tools', 'Used', ''), ...toolStep(item), ...withImages(item) };
    case 'webSearch':
      return step('globe', ...searchWords(item.query, item.action), { text: searchResults(item.results) });
    case 'imageView':
      return step('file-media', 'Looked at', pathLabel(item.path, folder), withImages(item));
    case 'imageGeneration':
      return imageStep(item, completed, step);
    case 'collabAgentToolCall':
      return step('organization', 'Sub-agent', word(COLLAB_VERBS, item.tool), {
        status: stepStatus(item.status),
        text: [item.prompt, ...Object.values(item.agentsStates).map((agent) => agent?.message)]
          .filter((text) => text)
          .join('\n\n'),
      });
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
      return step('plug', 'A hook', 'added to the conversation', {
        text: item.fragments.map(({ text }) => text).join('\n\n'),
      });
    default: {
      // A newer server's item: say what it is called, and what is in it, rather than hide it.
      const { type, ...content } = item as { type: string };
      return step('circle-outline', 'Step', type, { text: json(content) });
    }
  }
}

type ToolItem = Extract<ThreadItem, { type: 'mcpToolCall' | 'dynamicToolCall' | 'functionCallOutput' }>;

/** A tool's name, what it was given and what it gave. */
function toolStep(item: ToolItem): Partial<StepItem> {
  switch (item.type) {
    case 'mcpToolCall': {
      const given = item.result?.content.map(contentText) ?? [];
      return {
        subject: `${item.server} · ${item.tool}`,
        status: stepStatus(item.status),
        durationMs: item.durationMs ?? durationOf(item),
        text: item.error?.message ?? paragraphs(json(item.arguments), ...given, structured(item.result)),
      };
    }
    case 'dynamicToolCall': {
      const status = stepStatus(item.status);
      return {
        subject: item.tool,
        status: item.success === false && status === 'completed' ? 'failed' : status,
        durationMs: item.durationMs ?? durationOf(item),
        text: paragraphs(json(item.arguments), ...(item.contentItems ?? []).map(contentText)),
      };
    }
    case 'functionCallOutput':
      return {
        subject: item.namespace === null ? item.name : `${item.namespace} · ${item.name}`,
        text: typeof item.output === 'string' ? cut(item.output) : paragraphs(...item.output.map(contentText)),
      };
  }
}

/** What a server gave as data; most say the same in words. */
function structured(result: Extract<ThreadItem, { type: 'mcpToolCall' }>['result']): string {
  return result?.content.length === 0 && result.structuredContent !== null ? json(result.structuredContent) : '';
}

type StepOf = (icon: string, verb: string, subject: string, extra: Partial<StepItem>) => StepItem;

function imageStep(item: Extract<ThreadItem, { type: 'imageGeneration' }>, completed: boolean, step: StepOf): StepItem {
  const { resetsAt } = item.failure ?? {};
  const failure = resetsAt
    ? `No more images can be made until ${new Date(resetsAt * 1_000).toLocaleString()}.`
    : 'No more images can be made at the moment.';
  return step('file-media', completed ? 'Made an image' : 'Making an image', item.revisedPrompt ?? '', {
    ...(item.failure ? { status: 'failed', text: failure } : { text: item.savedPath ?? '' }),
    ...withImages(item),
    isResult: true,
  });
}

/** The pages that were found, one a line: their titles and addresses, where they are said as usual. */
function searchResults(results: readonly unknown[] | null): string {
  return (results ?? [])
    .map((result) => {
      const { title, url } = (typeof result === 'object' && result !== null ? result : {}) as Record<string, unknown>;
      const known = [title, url].filter((part) => typeof part === 'string');
      return known.length > 0 ? known.join('\n') : json(result);
    })
    .join('\n\n');
}

/** One piece of what a tool gave: its words, or what it is where it has none. Images are shown. */
function contentText(content: unknown): string {
  if (isShownImage(content)) return '';
  if (typeof content !== 'object' || content === null) return json(content);
  if ('text' in content && typeof content.text === 'string') return cut(content.text);
  return 'type' in content && typeof content.type === 'string' ? `(${content.type})` : json(content);
}

function searchWords(query: string, action: WebSearchAction | null): [verb: string, subject: string] {
  if (action?.type === 'openPage') return ['Opened', action.url ?? query];
  if (action?.type === 'findInPage') return ['Searched', `${action.url ?? ''} for ${action.pattern ?? query}`];
  return ['Searched the web', query];
}

function word<K extends string>(words: Readonly<Record<K, string>>, key: K): string {
  return key in words ? words[key] : key;
}

function paragraphs(...parts: string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}

function json(value: unknown): string {
  return value === undefined ? '' : cut(JSON.stringify(value, null, 2));
}

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}
