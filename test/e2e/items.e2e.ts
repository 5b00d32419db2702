import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Chat } from '../support/chat';
import { setTheme } from '../support/gallery';
import { everyItem, IMAGE_FILE, INJECTED, UNKNOWN } from '../support/injectedItems';
import { functionCall, message, modelTurn, webSearch } from '../support/modelServer';
import { Gate } from '../support/pacing';
import { png } from '../support/png';
import { useSession } from '../support/session';
import {
  ALL_THEMES,
  axeFindings,
  EVERY_TOOL,
  holdTurn,
  onStage,
  prepareStage,
  rowOf,
  rowsWith,
} from '../support/stage';
import { TappedCodex } from '../support/tappedCodex';

const codex = new TappedCodex([
  {
    name: 'open_page',
    answer: () => ({ contentItems: [{ type: 'inputText', text: 'Opened the catalogue.' }], success: true }),
  },
]);
const session = useSession({ codexPath: codex.path, codexHome: EVERY_TOOL });
beforeAll(async () => {
  await prepareStage(session());
  const gradient = png(160, 96, (x, y) => [40 + x, 80 + y, 200 - x]);
  writeFileSync(session().file(IMAGE_FILE), gradient);
});
afterAll(() => codex.dispose());

const AGENTS = 'multi_agent_v1';
const PROTOCOL_ITEMS = path.resolve(__dirname, '../../src/protocol/generated/types/v2/ThreadItem.ts');
const REVIEW = {
  findings: [
    {
      title: 'Packs are rounded up',
      body: 'Math.round gives a pack that was not bought.',
      confidence_score: 0.9,
      priority: 1,
      code_location: { absolute_file_path: '/shop/src/offers.js', line_range: { start: 4, end: 4 } },
    },
  ],
  overall_correctness: 'patch is incorrect',
  overall_explanation: 'Packs are rounded up.',
  overall_confidence_score: 0.9,
};
/** The turn that goes on until the test is done with it. */
let held = new Gate();

const { newChat, run, shoot, stepButton, expectReal } = onStage(session, codex);

describe('tools, searches and images', () => {
  test('a call of an MCP tool names server and tool, and unfolds to what it was given and gave', async () => {
    const chat = await newChat();
    await run(chat, 'Look', [functionCall('look', { id: 7 }, 'mcp__shop')]);
    const line = stepButton(chat, /^Used shop · look/);
    await line.click();
    await chat.shows(/The shelf, from the left\./);
    await chat.shows(/"id": 7/);
    await expectReal('mcpToolCall');
    await shoot(chat, 'mcp-tool-call', rowOf(line));
  });

  test('a call of a tool that fails opens by itself and says why', async () => {
    const chat = await newChat();
    await run(chat, 'Print', [functionCall('broken', { id: 1 }, 'mcp__shop')]);
    await chat.shows(/The till is out of paper/);
    const line = stepButton(chat, /^Used shop · broken/);
    expect(await line.getAttribute('aria-expanded')).toBe('true');
    await shoot(chat, 'mcp-tool-call-failed', rowOf(line));
  });

  test('a call of a tool of the client names it, and unfolds to what it gave', async () => {
    const chat = await newChat();
    await run(chat, 'Open it', [functionCall('open_page', { page: 3 })]);
    const line = stepButton(chat, /^Used open_page/);
    await line.click();
    await chat.shows(/Opened the catalogue\./);
    await expectReal('dynamicToolCall');
    await shoot(chat, 'dynamic-tool-call', rowOf(line));
  });

  test('what a tool of the server gave unfolds', async () => {
    const chat = await newChat();
    await inject(chat, INJECTED.functionCallOutput);
    const line = stepButton(chat, /^Used shop · stock/);
    await line.click();
    await chat.shows('12 apples, 3 pears');
    await shoot(chat, 'function-call-output', rowOf(line));
    await finish(chat);
  });

  test('a search of the web names what was searched, opened and looked for', async () => {
    const chat = await newChat();
    const url = 'https://example.com/offers';
    await run(chat, 'Search', [
      webSearch({ type: 'search', query: 'three for two' }),
      webSearch({ type: 'open_page', url }),
      webSearch({ type: 'find_in_page', url, pattern: 'packs' }),
    ]);
    await stepButton(chat, /^Worked/).click();
    await chat.shows(/Searched the web\s+three for two/);
    await chat.shows(/Opened\s+https:\/\/example\.com\/offers/);
    await chat.shows(/Searched\s+https:\/\/example\.com\/offers for packs/);
    await expectReal('webSearch');
    await shoot(chat, 'web-search', rowsWith(chat, 'three for two').last(), rowsWith(chat, 'for packs'));
  });

  test('an image that the model looked at is shown, with its name', async () => {
    const chat = await newChat();
    await run(chat, 'Look at it', [functionCall('view_image', { path: session().file(IMAGE_FILE) })]);
    await chat.shows(/Looked at/);
    await chat.transcript.getByRole('button', { name: /^Open image .*shelf\.png/ }).waitFor();
    await expectReal('imageView');
    await shoot(chat, 'image-view', rowsWith(chat, 'Looked at'));
  });

  test('an image that was made is shown, with what was asked for', async () => {
    const chat = await newChat();
    await inject(chat, INJECTED.imageGeneration);
    await chat.shows(/Made an image/);
    await chat.shows(/A small shop at sunset/);
    await chat.transcript.getByRole('button', { name: /^Open image/ }).waitFor();
    await shoot(chat, 'image-generation', rowsWith(chat, 'Made an image'));
    await finish(chat);
  });
});

describe('agents and the conversation', () => {
  test('sub-agents are started, told more, waited for and closed, one line each', async () => {
    const chat = await newChat();
    let agent = '';
    const calls = [
      () => functionCall('spawn_agent', { message: 'Read the shelf' }, AGENTS),
      () => functionCall('send_input', { target: agent, message: 'And the till' }, AGENTS),
      () => functionCall('wait_agent', { targets: [agent], timeout_ms: 10_000 }, AGENTS),
      () => functionCall('close_agent', { target: agent }, AGENTS),
    ];
    session().model.respond(({ userText, toolOutputs }) => {
      if (userText !== 'Share the work') return modelTurn(message('The shelf is full.'));
      agent ||= /"agent_id":"([^"]+)"/.exec(toolOutputs[0]?.text ?? '')?.[1] ?? '';
      return modelTurn(calls[toolOutputs.length]?.() ?? message('Done.'));
    });
    await chat.send('Share the work');
    await chat.shows('Done.');
    await chat.hasStatus('Ready');
    await stepButton(chat, /^Worked/).click();
    for (const verb of ['started', 'was told more', 'was waited for', 'was closed']) {
      await chat.shows(new RegExp(`Sub-agent\\s+${verb}`));
    }
    await stepButton(chat, /^Sub-agent started/).click();
    await chat.shows('Read the shelf');
    await expectReal('collabAgentToolCall');
    await shoot(chat, 'sub-agents', rowsWith(chat, 'Sub-agent started'), rowsWith(chat, 'was closed'));
  });

  test.each([
    [
      'what a sub-agent does',
      INJECTED.subAgentActivity,
      /Sub-agent\s+\/root\/shelf-reader completed/,
      'sub-agent-activity',
    ],
    ['that the agent waited', INJECTED.sleep, /Waited/, 'sleep'],
  ] as const)('%s is one line', async (_what, item, text, name) => {
    const chat = await newChat();
    await inject(chat, item);
    await chat.shows(text);
    await shoot(chat, name, rowsWith(chat, text).last());
    await finish(chat);
  });

  test('words that a hook added unfold', async () => {
    const chat = await newChat();
    await inject(chat, INJECTED.hookPrompt);
    const line = stepButton(chat, /^A hook added to the conversation/);
    await line.click();
    await chat.shows(/The linter found 2 problems/);
    await shoot(chat, 'hook', rowOf(line));
    await finish(chat);
  });

  test('an item of a newer codex is shown with its name and all that is in it', async () => {
    const chat = await newChat();
    await inject(chat, UNKNOWN);
    const line = stepButton(chat, /^Step teleport/);
    await line.click();
    await chat.shows(/"metres": 2\.5/);
    await chat.shows(/"Grace"/);
    await shoot(chat, 'unknown', rowOf(line));
    await finish(chat);
  });

  test('a review says what is reviewed and what was found', async () => {
    const chat = await newChat();
    session().model.respond(() => modelTurn(message(JSON.stringify(REVIEW))));
    await chat.send('/review');
    await session().workbench.pickLabel('Something else…');
    await session().workbench.page.getByText('What to review, in your words').waitFor();
    await session().workbench.answerInput('Look at the offers');
    await chat.shows(/Packs are rounded up/);
    await stepButton(chat, /^Worked/).click();
    await chat.shows(/Reviewing\s+Look at the offers/);
    await chat.shows(/Reviewed/);
    await expectReal('enteredReviewMode');
    await expectReal('exitedReviewMode');
    await shoot(chat, 'review', rowsWith(chat, 'Reviewing'), rowsWith(chat, 'Packs are rounded up').last());
  });

  test('a compaction is one line', async () => {
    const chat = await newChat();
    await run(chat, 'Hello', [message('Hello.')]);
    session().model.respond(() => modelTurn(message('They said hello.')));
    await chat.send('/compact');
    await chat.shows(/Compacted\s+the conversation/);
    await chat.hasStatus('Ready');
    await expectReal('contextCompaction');
    await shoot(chat, 'compaction', rowsWith(chat, 'Compacted'));
  });

  test('a failure says what happened, and offers what to do next', async () => {
    const chat = await newChat();
    session().model.respond(() => ({ status: 429, body: { error: { message: 'Slow down' } } }));
    await chat.send('Are you there?');
    const problem = chat.problem('Too many requests');
    await problem.getByRole('button', { name: 'Retry' }).waitFor();
    await shoot(chat, 'problem', problem);
  });
});

describe('all items together', () => {
  let chat: Chat;
  beforeAll(async () => {
    chat = await newChat();
    await inject(chat, ...everyItem(session().profile.folder));
    await chat.shows(/Step\s+teleport/);
  });
  afterAll(() => finish(chat));

  test('every type of item that the protocol has is among them', () => {
    const types = readFileSync(PROTOCOL_ITEMS, 'utf8').match(/(?<="type": ")\w+/g) ?? [];
    expect(types.length).toBeGreaterThan(18);
    const shown = new Set(everyItem(session().profile.folder).map(({ type }) => type));
    shown.delete(UNKNOWN.type);
    expect([...shown, 'userMessage'].sort()).toEqual([...new Set(types)].sort());
  });

  test.each(ALL_THEMES)('axe finds nothing in them in %s', async (theme) => {
    await setTheme(session(), chat, theme);
    expect(await axeFindings(session())).toEqual([]);
  });
});

/** A turn that runs until {@link finish}, with these items in it. */
async function inject(chat: Chat, ...items: readonly Parameters<TappedCodex['addItem']>[0][]): Promise<void> {
  held = await holdTurn(session(), chat, 'Go on');
  for (const item of items) await codex.addItem(item);
}

async function finish(chat: Chat): Promise<void> {
  held.open();
  await chat.hasStatus('Ready');
}
