import type { ToolRequestUserInputParams } from '../protocol/generated/types/v2/ToolRequestUserInputParams';
import type { ToolRequestUserInputQuestion } from '../protocol/generated/types/v2/ToolRequestUserInputQuestion';
import type { ToolRequestUserInputResponse } from '../protocol/generated/types/v2/ToolRequestUserInputResponse';
import { type FieldValue, fieldProblem, type FieldView } from '../shared/questions';
import { type Approval, type ApprovalContext, build, choice, filledChoice } from './approval';

/** The questions that the agent's tool asks: each takes an option or the person's own words, or stays unanswered. */
export function questionApproval(params: ToolRequestUserInputParams, { id }: ApprovalContext): Approval {
  const { questions } = params;
  const fields = questions.map(toField);
  const [only] = questions;
  return {
    ...build(
      {
        id,
        kind: 'question',
        turnId: params.turnId,
        itemId: params.itemId,
        title: only && questions.length === 1 ? only.question : `Codex asks ${questions.length} things`,
        command: null,
        folder: null,
        reason: params.isBlocking ? null : 'You can skip this: Codex goes on without it.',
        files: [],
        fields,
      },
      [filledChoice('answer', 'Answer', 'primary'), choice('skip', 'Skip', 'secondary', answersOf(questions, []))],
    ),
    fill: (decision, values) => {
      const fits =
        decision === 'answer' &&
        values.length === fields.length &&
        values.some((value) => value !== '') &&
        fields.every((field, index) => fieldProblem(field, values[index] ?? false) === null);
      return fits ? answersOf(questions, values) : undefined;
    },
  };
}

function toField({ question, options, isOther, isSecret }: ToolRequestUserInputQuestion): FieldView {
  const base = { label: question, description: '', required: false, initial: '', secret: isSecret } as const;
  return options && options.length > 0
    ? {
        ...base,
        kind: 'choice',
        options: options.map(({ label, description }) => ({ value: label, label, description })),
        other: isOther,
      }
    : { ...base, kind: 'text', format: null, minLength: null, maxLength: null, pattern: null };
}

function answersOf(
  questions: readonly ToolRequestUserInputQuestion[],
  values: readonly FieldValue[],
): ToolRequestUserInputResponse {
  const answers = questions.map(({ id }, index) => {
    const value = values[index];
    return [id, { answers: typeof value === 'string' && value !== '' ? [value] : [] }] as const;
  });
  return { answers: Object.fromEntries(answers) };
}
