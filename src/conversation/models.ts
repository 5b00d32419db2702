import type { Model } from '../protocol/generated/types/v2/Model';
import type { AppServerClient } from '../router/appServerClient';
import type { TierView } from '../shared/conversation';

/** A server that never ends its list does not keep us reading. */
const MAX_PAGES = 20;

/** How long a model thinks. */
export interface EffortChoice {
  readonly effort: string;
  readonly description: string;
  readonly isDefault: boolean;
}

/** How fast a model answers. */
export interface TierChoice extends TierView {
  readonly description: string;
  readonly isDefault: boolean;
}

/** A model as the picker shows it. */
export interface ModelChoice {
  readonly model: string;
  readonly label: string;
  readonly description: string;
  /** Codex recommends it. */
  readonly isDefault: boolean;
  /** In the order of the server. */
  readonly efforts: readonly EffortChoice[];
  /** Beside the standard tier. */
  readonly tiers: readonly TierChoice[];
  /** What the server says beside it, such as who can use it. */
  readonly note: string | null;
  /** The model that is to be used in its place. */
  readonly upgrade: string | null;
  readonly retiresAtMs: number | null;
}

/** What ends the use of a tier: the server takes it for the standard speed (codex app-server 0.169.0). */
export const STANDARD_TIER: TierView = { id: 'default', name: 'Standard' };

/** Whether it is the tier that `/fast` means (codex app-server 0.169.0 calls it `priority`). */
export function isFastTier(id: string): boolean {
  return id === 'priority' || id === 'fast';
}

/** The fast tier of a model, if it has one. */
export function fastTierOf({ tiers }: ModelChoice): TierChoice | undefined {
  return tiers.find(({ id }) => isFastTier(id));
}

/** The id of the tier that a model answers with: what was chosen, or its own default. */
export function tierInUse({ tiers }: ModelChoice, chosen: TierView | null): string {
  return chosen?.id ?? tiers.find(({ isDefault }) => isDefault)?.id ?? STANDARD_TIER.id;
}

/** The model of this name; without a name, the one that Codex recommends. */
export function modelInUse(models: readonly ModelChoice[], name: string | null): ModelChoice | undefined {
  return models.find(({ model, isDefault }) => (name === null || name === '' ? isDefault : model === name));
}

/** The models that Codex offers, in its own order, without the hidden ones. @throws RpcError, SwitchyardError */
export async function readModels(client: Pick<AppServerClient, 'request'>): Promise<ModelChoice[]> {
  const models: Model[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { data, nextCursor }: { data: Model[]; nextCursor: string | null } = await client.request('model/list', {
      ...(cursor !== null && { cursor }),
    });
    models.push(...data);
    cursor = nextCursor;
    if (!cursor) break;
  }
  const labels = new Map(models.map(({ model, displayName }) => [model, displayName]));
  return models.filter(({ hidden }) => !hidden).map((model) => toChoice(model, labels));
}

/** Servers leave out what they are too old to know. */
function toChoice(model: Partial<Model> & Pick<Model, 'model'>, labels: ReadonlyMap<string, string>): ModelChoice {
  const upgrade = model.upgradeInfo?.model ?? model.upgrade ?? null;
  const retirementAt = model.upgradeInfo?.retirementAt ?? null;
  return {
    model: model.model,
    label: model.displayName ?? model.model,
    description: model.description ?? '',
    isDefault: model.isDefault ?? false,
    efforts: (model.supportedReasoningEfforts ?? []).map(({ reasoningEffort, description }) => ({
      effort: reasoningEffort,
      description,
      isDefault: reasoningEffort === model.defaultReasoningEffort,
    })),
    tiers: (model.serviceTiers ?? []).map(({ id, name, description }) => ({
      id,
      name,
      description,
      isDefault: id === model.defaultServiceTier,
    })),
    note: model.availabilityNux?.message ?? null,
    upgrade: upgrade === null ? null : (labels.get(upgrade) ?? upgrade),
    retiresAtMs: retirementAt === null ? null : retirementAt * 1_000,
  };
}
