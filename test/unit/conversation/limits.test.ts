import { describe, expect, it, vi } from 'vitest';
import { nullLogger } from '../../../src/base/logger';
import { RateLimits } from '../../../src/conversation/limits';
import { turnProblem } from '../../../src/conversation/problems';
import { fakeClient, settled } from '../../support/fakeClient';

const NOW_MS = 1_000_000;

const snapshot = (fields: object = {}) => ({
  limitId: 'codex',
  limitName: null,
  normalModelSlug: null,
  primary: null,
  secondary: null,
  credits: null,
  individualLimit: null,
  spendControlReached: null,
  planType: null,
  rateLimitReachedType: null,
  ...fields,
});
const window = (usedPercent: number, windowDurationMins: number | null = 300, resetsAt: number | null = 2_000) => ({
  usedPercent,
  windowDurationMins,
  resetsAt,
});

async function setUp(read?: object) {
  const { server, client } = fakeClient();
  if (read) server.respond('account/rateLimits/read', () => read);
  else server.refuse('account/rateLimits/read', 'codex account authentication required to read rate limits');
  const clock = { nowMs: NOW_MS };
  const limits = new RateLimits(client, nullLogger, () => clock.nowMs);
  const changed = vi.fn();
  limits.onDidChange(changed);
  await server.start();
  const update = (fields: object): void =>
    server.notify('account/rateLimits/updated', { rateLimits: snapshot(fields) });
  return { server, limits, changed, clock, update };
}

const ALL = { primary: window(40), secondary: window(10, 10_080, 9_000) };
const PAID = { planType: 'plus', credits: { hasCredits: true, unlimited: false, balance: '12.5' } };

describe('RateLimits', () => {
  it('knows nothing of an account that has no limits to read', async () => {
    const { limits } = await setUp();
    await limits.refresh();
    expect(limits.view).toBeNull();
    expect(limits.reached()).toEqual({ resetsAtMs: null, plan: null, credits: null });
  });

  it('names the spans of time, the plan and the credits', async () => {
    const { limits } = await setUp({ rateLimits: snapshot({ ...ALL, ...PAID }) });
    await limits.refresh();
    expect(limits.view).toEqual({
      windows: [
        { name: '5-hour limit', usedPercent: 40, resetsAtMs: 2_000_000 },
        { name: 'weekly limit', usedPercent: 10, resetsAtMs: 9_000_000 },
      ],
      plan: 'Plus',
      credits: '12.5 credits',
    });
  });

  it.each([
    [null, 'usage limit'],
    [30, '1-hour limit'],
    [20, '20-minute limit'],
    [1_440, 'daily limit'],
    [10_079, 'weekly limit'],
    [4_320, '3-day limit'],
    [43_200, 'monthly limit'],
  ])('calls a span of %s minutes the %s', async (minutes, name) => {
    const { limits, update } = await setUp();
    update({ primary: window(1, minutes) });
    expect(limits.view?.windows[0]?.name).toBe(name);
  });

  it('shows each limit of an account that has several, and the spending limit', async () => {
    const individualLimit = { limit: '10', used: '4', remainingPercent: 60, resetsAt: 3_000 };
    const { limits } = await setUp({
      rateLimits: snapshot({ primary: window(40), individualLimit }),
      rateLimitsByLimitId: {
        codex: snapshot({ primary: window(40), individualLimit }),
        spark: snapshot({ limitId: 'spark', limitName: 'Spark', primary: window(5, 1_440) }),
      },
    });
    await limits.refresh();
    expect(limits.view?.windows.map(({ name, usedPercent }) => `${name}: ${usedPercent}`)).toEqual([
      '5-hour limit: 40',
      'spending limit: 40',
      'Spark, daily limit: 5',
    ]);
  });

  it('P50: merges what is told in part, and takes nothing away that is left out', async () => {
    const { limits, update, changed } = await setUp({ rateLimits: snapshot({ ...ALL, ...PAID }) });
    await limits.refresh();
    update({ primary: { usedPercent: 55, windowDurationMins: null, resetsAt: null } });
    update({ limitId: null });
    expect(limits.view).toEqual({
      windows: [
        { name: '5-hour limit', usedPercent: 55, resetsAtMs: 2_000_000 },
        { name: 'weekly limit', usedPercent: 10, resetsAtMs: 9_000_000 },
      ],
      plan: 'Plus',
      credits: '12.5 credits',
    });
    expect(changed).toHaveBeenCalledTimes(2);
  });

  it('forgets the limits of another account, and reads those of the new one', async () => {
    const { limits, server } = await setUp({ rateLimits: snapshot(ALL) });
    await limits.refresh();
    server.respond('account/rateLimits/read', () => ({ rateLimits: snapshot({ primary: window(3) }) }));
    server.notify('account/updated', { authMode: 'chatgpt', planType: 'pro' });
    expect(limits.view).toBeNull();
    await settled();
    expect(limits.view?.windows.map(({ usedPercent }) => usedPercent)).toEqual([3]);
  });

  it('reads them again only after a while', async () => {
    const { limits, server, clock } = await setUp({ rateLimits: snapshot(ALL) });
    await limits.refresh();
    await limits.refresh();
    clock.nowMs += 60_000;
    await limits.refresh();
    expect(server.paramsOf('account/rateLimits/read')).toHaveLength(2);
  });

  it('does not start Codex to read them', async () => {
    const { server, client } = fakeClient();
    await new RateLimits(client, nullLogger, () => NOW_MS).refresh();
    expect(server.sent).toEqual([]);
  });

  it('says until when a limit is used up: the last reset counts that has not passed', async () => {
    const { limits, update, clock } = await setUp();
    update({ primary: window(100, 300, 2_000), secondary: window(100, 10_080, 3_000), ...PAID });
    expect(limits.reached()).toEqual({ resetsAtMs: 3_000_000, plan: 'Plus', credits: '12.5 credits' });
    clock.nowMs = 4_000_000;
    expect(limits.reached().resetsAtMs).toBeNull();
  });

  it('looks at the limit that the turns of now count for', async () => {
    const { limits, update } = await setUp();
    update({ limitId: 'spark', limitName: 'Spark', primary: window(100, 300, 5_000) });
    update({ primary: window(60) });
    expect(limits.reached().resetsAtMs).toBeNull();
  });
});

describe('A turn that reached a limit', () => {
  const error = {
    message: 'You’ve hit your usage limit.',
    codexErrorInfo: 'usageLimitExceeded',
    additionalDetails: null,
    misalignment: null,
  } as const;

  it('tells when the limit is reset, the plan and the credits', () => {
    expect(turnProblem(error, { resetsAtMs: 5, plan: 'Plus', credits: 'no credits' })).toEqual({
      title: 'Usage limit reached',
      detail:
        'Everything up to here is kept. Retry when the limit is reset, or use another account.\n' +
        'You’ve hit your usage limit.\nPlan: Plus. Beyond it: no credits.',
      actions: ['retry'],
      resetsAtMs: 5,
    });
  });

  it('says nothing of what is not known', () => {
    const problem = turnProblem(error, { resetsAtMs: null, plan: null, credits: null });
    expect(problem).not.toHaveProperty('resetsAtMs');
    expect(problem.detail).not.toContain('Plan');
  });

  it('keeps the time of the reset from other failures', () => {
    const other = turnProblem(
      { ...error, codexErrorInfo: 'serverOverloaded' },
      { resetsAtMs: 5, plan: null, credits: null },
    );
    expect(other).not.toHaveProperty('resetsAtMs');
  });
});
