import type { ThreadItem } from '../../src/protocol/generated/types/v2/ThreadItem';
import { png } from './png';

/** An image that a test puts into the workspace. */
export const IMAGE_FILE = 'shelf.png';
const PIXEL = png(96, 64, (x, y) => [200 - x, 120 + y, 60 + x]).toString('base64');
const THREAD = '00000000-0000-7000-8000-000000000001';

const at = { startedAtMs: 1_000, completedAtMs: 3_400 };
const message = { moderation: null, memoryCitation: null, phase: null, delivery: null } as const;

type Injected = Readonly<Record<string, ThreadItem>>;

/** Items that no scripted turn of the real codex brings about (codex 0.169.0), as its protocol describes them. */
export const INJECTED = {
  questions: {
    ...at,
    ...message,
    type: 'agentMessage',
    id: 'i-questions',
    text: 'I go on with the till meanwhile.',
    questions: [{ title: 'Which shelf first?', options: ['The left one', 'The right one'] }],
  },
  plan: {
    ...at,
    type: 'plan',
    id: 'i-plan',
    text: '# Fix the offers\n\n1. Read `src/offers.js`\n2. Count whole packs only\n3. Run the tests',
  },
  functionCallOutput: {
    ...at,
    type: 'functionCallOutput',
    id: 'i-output',
    name: 'stock',
    namespace: 'shop',
    output: [{ type: 'input_text', text: '12 apples, 3 pears' }],
  },
  subAgentActivity: {
    ...at,
    type: 'subAgentActivity',
    id: 'i-activity',
    model: 'gpt-5.5',
    reasoningEffort: 'medium',
    kind: 'completed',
    agentThreadId: THREAD,
    agentPath: '/root/shelf-reader',
  },
  sleep: { ...at, type: 'sleep', id: 'i-sleep', durationMs: 95_000 },
  imageGeneration: {
    ...at,
    type: 'imageGeneration',
    id: 'i-image',
    status: 'completed',
    revisedPrompt: 'A small shop at sunset',
    failure: null,
    generationId: null,
    result: PIXEL,
  },
  hookPrompt: {
    ...at,
    type: 'hookPrompt',
    id: 'i-hook',
    fragments: [{ text: 'The linter found 2 problems: mend them before you stop.', hookRunId: 'run-1' }],
  },
} as const satisfies Injected;

/** An item of a type that this version of the protocol does not have. */
export const UNKNOWN = {
  ...at,
  type: 'teleport',
  id: 'i-unknown',
  destination: { shelf: 'left', metres: 2.5 },
  crew: ['Ada', 'Grace'],
};

/** One item of every type beside the person's message, as it stands in a turn: what real turns give, and the rest. */
export function everyItem(folder: string): readonly (ThreadItem | typeof UNKNOWN)[] {
  return [
    { ...at, ...message, type: 'agentMessage', id: 'e-message', text: MARKDOWN, questions: null },
    { ...at, type: 'reasoning', id: 'e-reasoning', summary: ['**Counting** packs'], content: [] },
    command(folder, 'e-command', 'npm test', 'failed', 1, '\u001b[32mok 1\u001b[0m\n\u001b[31mnot ok 2\u001b[0m\n'),
    {
      ...command(folder, 'e-read', 'cat src/offers.js', 'completed', 0, 'export const offers = [];\n'),
      commandActions: [
        { type: 'read', command: 'cat src/offers.js', name: 'offers.js', path: `${folder}/src/offers.js` },
      ],
    },
    {
      ...at,
      type: 'fileChange',
      id: 'e-files',
      status: 'completed',
      changes: [
        { path: `${folder}/new.txt`, kind: { type: 'add' }, diff: 'one\ntwo\n' },
        { path: `${folder}/src/offers.js`, kind: { type: 'update', move_path: null }, diff: '@@ -1 +1 @@\n-a\n+b\n' },
      ],
    },
    {
      ...at,
      type: 'mcpToolCall',
      id: 'e-mcp',
      server: 'shop',
      tool: 'look',
      status: 'completed',
      arguments: { id: 7 },
      appContext: null,
      mcpAppUi: null,
      pluginId: null,
      readOnlyHint: true,
      result: {
        content: [
          { type: 'text', text: 'The shelf.' },
          { type: 'image', mimeType: 'image/png', data: PIXEL },
        ],
        structuredContent: null,
        _meta: null,
      },
      error: null,
      durationMs: 20,
    },
    {
      ...at,
      type: 'dynamicToolCall',
      id: 'e-dynamic',
      namespace: null,
      tool: 'open_page',
      arguments: { page: 3 },
      status: 'failed',
      contentItems: [{ type: 'inputText', text: 'No such page.' }],
      success: false,
      durationMs: 20,
    },
    {
      ...at,
      type: 'collabAgentToolCall',
      id: 'e-collab',
      tool: 'spawnAgent',
      status: 'completed',
      senderThreadId: THREAD,
      receiverThreadIds: [THREAD],
      prompt: 'Read the shelf',
      model: 'gpt-5.5',
      reasoningEffort: 'medium',
      agentsStates: { [THREAD]: { status: 'running', message: null } },
    },
    { ...at, type: 'webSearch', id: 'e-web', query: 'three for two', action: null, results: null },
    { ...at, type: 'imageView', id: 'e-view', path: `${folder}/${IMAGE_FILE}` },
    { ...at, type: 'enteredReviewMode', id: 'e-review', review: 'current changes' },
    { ...at, type: 'exitedReviewMode', id: 'e-reviewed', review: 'One finding: packs are rounded up.' },
    { ...at, type: 'contextCompaction', id: 'e-compaction' },
    ...Object.values(INJECTED),
    UNKNOWN,
  ];
}

function command(
  folder: string,
  id: string,
  line: string,
  status: 'completed' | 'failed',
  exitCode: number,
  aggregatedOutput: string,
): Extract<ThreadItem, { type: 'commandExecution' }> {
  return {
    ...at,
    type: 'commandExecution',
    id,
    pluginId: null,
    scriptPath: null,
    command: `/bin/bash -c '${line}'`,
    cwd: folder,
    processId: null,
    source: 'agent',
    status,
    commandActions: [{ type: 'unknown', command: line }],
    aggregatedOutput,
    exitCode,
    durationMs: 1_200,
  };
}

const MARKDOWN = `## Offers

Whole packs only, see \`src/offers.js:12\` and [the guide](https://example.com/guide).

- one
- two

| Offer | Pays |
| --- | --- |
| 3 for 2 | 5 |

\`\`\`js
export const packs = Math.floor(quantity / size);
\`\`\`

> Never round up.`;
