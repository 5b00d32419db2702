import { describe, expect, it } from 'vitest';
import {
  fastTierOf,
  type ModelChoice,
  modelInUse,
  readModels,
  STANDARD_TIER,
  tierInUse,
} from '../../../src/conversation/models';
import { fakeClient } from '../../support/fakeClient';

const model = (name: string, fields: object = {}) => ({
  model: name,
  displayName: name.toUpperCase(),
  description: 'd',
  hidden: false,
  isDefault: false,
  supportedReasoningEfforts: [],
  serviceTiers: [],
  ...fields,
});

describe('readModels', () => {
  it('reads all pages, in the order of the server, without the hidden ones', async () => {
    const { server, client } = fakeClient();
    server.respond('model/list', (params) =>
      (params as { cursor?: string }).cursor === 'next'
        ? { data: [model('a')], nextCursor: null }
        : { data: [model('c'), model('x', { hidden: true }), model('b')], nextCursor: 'next' },
    );
    expect((await readModels(client)).map(({ label }) => label)).toEqual(['C', 'B', 'A']);
    expect(server.paramsOf('model/list')).toEqual([{}, { cursor: 'next' }]);
  });

  it('ends with a server that never does', async () => {
    const { server, client } = fakeClient();
    server.respond('model/list', () => ({ data: [], nextCursor: 'again' }));
    expect(await readModels(client)).toEqual([]);
  });

  it('P52: keeps the order of efforts, and tells the defaults, the tiers and the notes', async () => {
    const { server, client } = fakeClient();
    const full = model('old', {
      supportedReasoningEfforts: [
        { reasoningEffort: 'low', description: 'quick' },
        { reasoningEffort: 'ultra', description: 'all' },
      ],
      defaultReasoningEffort: 'low',
      serviceTiers: [{ id: 'priority', name: 'Fast', description: 'twice as fast' }],
      defaultServiceTier: 'priority',
      availabilityNux: { message: 'Try it.' },
      upgradeInfo: { model: 'new', upgradeCopy: null, retirementAt: 5 },
    });
    server.respond('model/list', () => ({ data: [full, model('new', { isDefault: true })], nextCursor: null }));
    expect(await readModels(client)).toEqual([
      {
        model: 'old',
        label: 'OLD',
        description: 'd',
        isDefault: false,
        efforts: [
          { effort: 'low', description: 'quick', isDefault: true },
          { effort: 'ultra', description: 'all', isDefault: false },
        ],
        tiers: [{ id: 'priority', name: 'Fast', description: 'twice as fast', isDefault: true }],
        note: 'Try it.',
        upgrade: 'NEW',
        retiresAtMs: 5_000,
      },
      expect.objectContaining({ model: 'new', isDefault: true, upgrade: null, retiresAtMs: null, note: null }),
    ]);
  });

  it('takes models of a server that is too old to know of tiers', async () => {
    const { server, client } = fakeClient();
    server.respond('model/list', () => ({ data: [{ model: 'bare' }], nextCursor: null }));
    expect(await readModels(client)).toEqual([
      expect.objectContaining({ model: 'bare', label: 'bare', efforts: [], tiers: [], isDefault: false }),
    ]);
  });
});

describe('the fast tier', () => {
  const fast = { id: 'priority', name: 'Fast', description: 'twice as fast', isDefault: false };
  const choice = (name: string, fields: Partial<ModelChoice> = {}): ModelChoice => ({
    ...{ model: name, label: name, description: '', isDefault: false, efforts: [], tiers: [fast] },
    ...{ note: null, upgrade: null, retiresAtMs: null, ...fields },
  });

  it('is that of the model in use: the chosen one, or else the one that Codex recommends', () => {
    const models = [choice('a'), choice('b', { isDefault: true })];
    expect(['a', '', null, 'unlisted'].map((name) => modelInUse(models, name)?.model)).toEqual([
      ...['a', 'b', 'b', undefined],
    ]);
    expect(fastTierOf(choice('a'))).toBe(fast);
    expect(fastTierOf(choice('a', { tiers: [{ ...fast, id: 'batch' }] }))).toBeUndefined();
  });

  it('is in use where it was chosen, or where the model begins with it', () => {
    const begins = choice('a', { tiers: [{ ...fast, isDefault: true }] });
    expect([tierInUse(choice('a'), null), tierInUse(choice('a'), fast)]).toEqual(['default', 'priority']);
    expect([tierInUse(begins, null), tierInUse(begins, STANDARD_TIER)]).toEqual(['priority', 'default']);
  });
});
