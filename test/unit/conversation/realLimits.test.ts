import { afterEach, describe, expect, it } from 'vitest';
import { nullLogger } from '../../../src/base/logger';
import { CodexStatus } from '../../../src/conversation/codexStatus';
import { AppServerClient } from '../../../src/router/appServerClient';
import { eventually } from '../../support/eventually';
import { message, type ModelAnswer, modelTurn } from '../../support/modelServer';
import { type RealConversations, runTurn, startRealConversations, until } from '../../support/realConversation';

/** The times of resets are whole seconds. */
const RESET_S = Math.floor(Date.now() / 1_000) + 3_600;
const LIMITS = {
  'x-codex-primary-used-percent': '92',
  'x-codex-primary-window-minutes': '300',
  'x-codex-primary-reset-at': String(RESET_S),
  'x-codex-secondary-used-percent': '40',
  'x-codex-secondary-window-minutes': '10080',
  'x-codex-secondary-reset-at': String(RESET_S + 1),
  'x-codex-credits-has-credits': 'true',
  'x-codex-credits-unlimited': 'false',
  'x-codex-credits-balance': '12.5',
};

let real: RealConversations | undefined;
let status: CodexStatus | undefined;

afterEach(async () => {
  status?.dispose();
  await real?.dispose();
});

async function setUp() {
  const started = await startRealConversations({ limitReached: () => known().limits.reached() });
  real = started;
  status = new CodexStatus(new AppServerClient(started.server, nullLogger), nullLogger, () => Date.now());
  return { ...started, status, conversation: started.conversations.create() };
}

function known(): CodexStatus {
  if (!status) throw new Error('Codex was not started.');
  return status;
}

/** The model's answer "ok", with these headers. */
function answerWith(headers: Readonly<Record<string, string>>): ModelAnswer {
  const events = modelTurn(message('ok')).map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  return { status: 200, headers: { 'content-type': 'text/event-stream', ...headers }, body: events.join('') };
}

describe('With the real codex', () => {
  it('offers its models with their efforts and tiers, and nothing that an organisation would forbid', async () => {
    const { server, status } = await setUp();
    await server.start();
    const models = await status.models();
    expect(models.filter(({ isDefault }) => isDefault)).toHaveLength(1);
    const efforts = models.flatMap((model) => model.efforts);
    expect(efforts.every(({ description }) => description !== '')).toBe(true);
    expect(models.every((model) => model.efforts.filter(({ isDefault }) => isDefault).length === 1)).toBe(true);
    expect(models.flatMap(({ tiers }) => tiers.map(({ name }) => name))).toContain('Fast');
    await eventually(() => expect(status.signedIn).toBe(true));
    expect(status.requirements.disallowedModes).toEqual([]);
  });

  it('sends the chosen model, effort and tier with the next message, and ends the tier when it is taken back', async () => {
    const { conversation, model } = await setUp();
    conversation.configure({ model: 'gpt-5.5', effort: 'high', tier: { id: 'priority', name: 'Fast' } });
    await runTurn(conversation, 'one');
    conversation.configure({ effort: 'low', tier: { id: 'default', name: 'Standard' } });
    await runTurn(conversation, 'two');
    const asked = model.requests.map(({ body }) => {
      const { model, reasoning, service_tier } = body as typeof body & { reasoning?: object; service_tier?: string };
      return { model, reasoning, service_tier };
    });
    expect(asked).toEqual([
      { model: 'gpt-5.5', reasoning: { effort: 'high' }, service_tier: 'priority' },
      { model: 'gpt-5.5', reasoning: { effort: 'low' }, service_tier: undefined },
    ]);
  });

  it('shows the limits that come with the answers, and says when the one that was reached is reset', async () => {
    const { conversation, model, status } = await setUp();
    model.respond(() => answerWith(LIMITS));
    await runTurn(conversation, 'one');
    // What an answer does not tell still holds.
    model.respond(() => answerWith({}));
    await runTurn(conversation, 'two');
    expect(status.limits.view).toEqual({
      windows: [
        { name: '5-hour limit', usedPercent: 92, resetsAtMs: RESET_S * 1_000 },
        { name: 'weekly limit', usedPercent: 40, resetsAtMs: (RESET_S + 1) * 1_000 },
      ],
      plan: null,
      credits: '12.5 credits',
    });
    model.respond(() => ({
      status: 429,
      headers: { ...LIMITS, 'x-codex-primary-used-percent': '100' },
      body: { error: { type: 'usage_limit_reached', message: 'limit', plan_type: 'plus', resets_at: RESET_S } },
    }));
    await conversation.send('three');
    await until(conversation, 'failed');
    const problem = conversation.view.turns.at(-1)?.problem;
    expect(problem).toMatchObject({ title: 'Usage limit reached', resetsAtMs: RESET_S * 1_000 });
    expect(problem?.detail).toContain('Beyond it: 12.5 credits.');
  });

  it('counts the tokens of the last answer and of the conversation, and compacts it in a turn of its own', async () => {
    const { conversation } = await setUp();
    await runTurn(conversation, 'one');
    await runTurn(conversation, 'two');
    const last = { input: 1_200, cached: 1_000, output: 80, reasoning: 20 };
    const total = { input: 2_400, cached: 2_000, output: 160, reasoning: 40 };
    expect(conversation.view.usage).toMatchObject({ usedTokens: 1_280, last, total });
    expect(conversation.view.usage?.windowTokens).toBeGreaterThan(100_000);
    await conversation.compact();
    await eventually(() => expect(conversation.view.turns).toHaveLength(3));
    await until(conversation, 'ready');
    expect(conversation.view.turns.at(-1)?.items).toEqual([
      expect.objectContaining({ type: 'step', verb: 'Compacted', subject: 'the conversation', status: 'completed' }),
    ]);
    // The server estimates what the summary takes, and does not say what of it is input.
    expect(conversation.view.usage?.last).toEqual({ input: 0, cached: 0, output: 0, reasoning: 0 });
    expect(conversation.view.usage?.usedTokens).toBeGreaterThan(0);
  });
});
