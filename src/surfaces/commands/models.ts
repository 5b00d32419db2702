import * as vscode from 'vscode';
import type { CodexStatus } from '../../conversation/codexStatus';
import type { Conversation } from '../../conversation/conversation';
import { type ModelChoice, STANDARD_TIER, tierInUse } from '../../conversation/models';
import type { Requirements } from '../../conversation/requirements';
import type { TierView } from '../../shared/conversation';
import { type Choice, choose, notAllowed } from './choose';

const MODEL_STEP = 1;
const EFFORT_STEP = 2;

/** What is chosen step by step. */
interface Draft {
  readonly model: ModelChoice;
  readonly effort: string;
}

/** Lets the person choose model, effort and tier of a conversation, each where the model has more than one. */
export async function pickModel(conversation: Conversation, status: CodexStatus): Promise<void> {
  let draft: Draft | undefined;
  let step = MODEL_STEP;
  for (;;) {
    if (step === MODEL_STEP || !draft) {
      const model = await chooseModel(conversation, status);
      if (model?.type !== 'value') return;
      draft = { model: model.value, effort: '' };
      step = EFFORT_STEP;
    }
    if (step === EFFORT_STEP && draft.model.efforts.length > 0) {
      const effort = await chooseEffort(draft.model, conversation);
      if (!effort) return;
      if (effort.type === 'back') {
        step = MODEL_STEP;
        continue;
      }
      draft = { ...draft, effort: effort.value };
    }
    const tier = await chooseTier(draft.model, conversation, status.requirements);
    if (!tier) return;
    if (tier.type === 'back') {
      step = draft.model.efforts.length > 0 ? EFFORT_STEP : MODEL_STEP;
      continue;
    }
    conversation.configure({ model: draft.model.model, effort: draft.effort, tier: tier.value });
    return;
  }
}

function chooseModel({ view }: Conversation, status: CodexStatus) {
  return choose<ModelChoice>({
    title: vscode.l10n.t('Model'),
    placeHolder: vscode.l10n.t('Model of this conversation'),
    load: async () => {
      const models = await status.models();
      const current = view.model || (status.defaultModel ?? '');
      const listed = models.map((model) => modelItem(model, current, status));
      const isListed = current === '' || models.some(({ model }) => model === current);
      return isListed ? listed : [unlistedItem(current), ...listed];
    },
  });
}

function modelItem(value: ModelChoice, current: string, status: CodexStatus): Choice<ModelChoice> {
  const { model, label, description, isDefault, note, upgrade, retiresAtMs } = value;
  const marks = [
    model === current ? vscode.l10n.t('current') : '',
    isDefault ? vscode.l10n.t('recommended') : '',
    model === status.requirements.newThreadModel ? vscode.l10n.t('your organisation’s default') : '',
  ];
  const notes = [
    description,
    upgrade === null ? '' : vscode.l10n.t('{0} takes its place.', upgrade),
    retiresAtMs === null ? '' : vscode.l10n.t('Retires on {0}.', new Date(retiresAtMs).toLocaleDateString()),
    note ?? '',
  ];
  return {
    label,
    description: marks.filter(Boolean).join(' · '),
    detail: notes.filter(Boolean).join(' '),
    isCurrent: model === current,
    value,
  };
}

/** A provider of one's own has models that Codex does not list. */
function unlistedItem(model: string): Choice<ModelChoice> {
  return {
    label: model,
    description: vscode.l10n.t('current'),
    detail: vscode.l10n.t('Not in Codex’s list of models.'),
    isCurrent: true,
    value: {
      model,
      label: model,
      description: '',
      isDefault: false,
      efforts: [],
      tiers: [],
      note: null,
      upgrade: null,
      retiresAtMs: null,
    },
  };
}

function chooseEffort(model: ModelChoice, { view }: Conversation) {
  const offered = view.model === model.model && model.efforts.some(({ effort }) => effort === view.effort);
  return choose<string>({
    title: vscode.l10n.t('Reasoning effort of {0}', model.label),
    placeHolder: vscode.l10n.t('How long it thinks before it answers'),
    step: EFFORT_STEP,
    totalSteps: stepsOf(model),
    load: () =>
      model.efforts.map(({ effort, description, isDefault }) => {
        const isCurrent = offered ? effort === view.effort : isDefault;
        const marks = [offered && isCurrent ? vscode.l10n.t('current') : '', isDefault ? vscode.l10n.t('default') : ''];
        return {
          label: effort,
          description: marks.filter(Boolean).join(' · '),
          detail: description,
          isCurrent,
          value: effort,
        };
      }),
  });
}

/** The tier; a model without any ends what was chosen for the one before. */
async function chooseTier(model: ModelChoice, { view }: Conversation, requirements: Requirements) {
  const former = view.tier ?? null;
  if (model.tiers.length === 0) return { type: 'value', value: former && STANDARD_TIER } as const;
  const current = tierInUse(model, former);
  const tiers = [
    { ...STANDARD_TIER, description: vscode.l10n.t('Standard speed and usage'), isDefault: false },
    ...model.tiers,
  ];
  return choose<TierView>({
    title: vscode.l10n.t('Speed of {0}', model.label),
    placeHolder: vscode.l10n.t('How fast it answers, and what that costs'),
    step: stepsOf(model),
    totalSteps: stepsOf(model),
    load: () =>
      tiers.map(({ id, name, description, isDefault }) => {
        const item = { label: name, detail: description, isCurrent: id === current };
        if (!requirements.allowsTier(id)) return { ...item, description: notAllowed() };
        const marks = [id === former?.id ? vscode.l10n.t('current') : '', isDefault ? vscode.l10n.t('default') : ''];
        return { ...item, description: marks.filter(Boolean).join(' · '), value: { id, name } };
      }),
  });
}

function stepsOf({ efforts, tiers }: ModelChoice): number {
  return 1 + Number(efforts.length > 0) + Number(tiers.length > 0);
}
