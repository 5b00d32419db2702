import type { ApprovalView, DecisionView, FileChangeView } from '../shared/conversation';
import type { FieldValue } from '../shared/questions';
import type { ProposalChoices } from './proposalChoices';

/** An open question of the server: what the person sees, and what each of their decisions answers. */
export interface Approval {
  readonly view: ApprovalView;
  /** By decision. `undefined`: this decision needs what the person fills in. */
  readonly answers: ReadonlyMap<string, unknown>;
  /** Of a change of files: what is to be written of it. */
  readonly choices?: ProposalChoices;
  /**
   * Of an approval with fields: what a decision answers with what was filled in, in the order of the fields.
   * `undefined`: the values do not fit, or this decision takes none.
   */
  readonly fill?: (decisionId: string, values: readonly FieldValue[]) => unknown;
}

/** What an approval is built from besides the request. */
export interface ApprovalContext {
  readonly id: string;
  readonly folder: string;
  /** The changes of the item the request is about: the request itself carries none (codex app-server 0.169.0). */
  readonly changes: readonly FileChangeView[];
  /** Folders inside of which changes are expected, absolute. */
  readonly folders: readonly string[];
}

/** The decision after which the turn is stopped, where its answer alone does not do that. */
export const DECLINE_AND_STOP = 'stop';

/** A decision with its answer. */
export interface Choice extends DecisionView {
  readonly answer: unknown;
}

/** A decision that answers the same whatever was filled in. */
export const choice = (id: string, label: string, tone: DecisionView['tone'], answer: unknown): Choice => ({
  id,
  label,
  tone,
  answer,
});

/** A decision that answers with what was filled in; `answer` where nothing was, or `undefined` where something must be. */
export const filledChoice = (id: string, label: string, tone: DecisionView['tone'], answer?: unknown): Choice => ({
  ...choice(id, label, tone, answer),
  takesValues: true,
});

/** Puts an approval together. */
export function build(view: Omit<ApprovalView, 'decisions'>, choices: readonly Choice[]): Approval {
  return {
    view: { ...view, decisions: choices.map(({ answer: _, ...decision }) => decision) },
    answers: new Map(choices.map(({ id, answer }) => [id, answer])),
  };
}
