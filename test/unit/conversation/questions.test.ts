import { describe, expect, it } from 'vitest';
import { toItemView } from '../../../src/conversation/items';
import { questionApproval } from '../../../src/conversation/questions';
import type { ToolRequestUserInputParams } from '../../../src/protocol/generated/types/v2/ToolRequestUserInputParams';
import type { ToolRequestUserInputQuestion } from '../../../src/protocol/generated/types/v2/ToolRequestUserInputQuestion';

const context = { id: 'a', folder: '/project', changes: [], folders: ['/project'] };
const question = (fields: Partial<ToolRequestUserInputQuestion>): ToolRequestUserInputQuestion => ({
  id: 'q',
  header: 'Colour',
  question: 'Which colour?',
  isOther: false,
  isSecret: false,
  options: [
    { label: 'Blue', description: 'Calm' },
    { label: 'Red', description: '' },
  ],
  ...fields,
});
const ask = (questions: ToolRequestUserInputQuestion[], isBlocking = true) =>
  questionApproval(
    { threadId: 't', turnId: 'u', itemId: 'i', questions, isBlocking } as ToolRequestUserInputParams,
    context,
  );

describe('a question of the agent', () => {
  it('offers its options, and an answer or none', () => {
    const { view, fill, answers } = ask([question({})]);
    expect(view).toMatchObject({ kind: 'question', title: 'Which colour?', turnId: 'u', itemId: 'i', reason: null });
    expect(view.decisions.map(({ id, label, takesValues }) => [id, label, takesValues])).toEqual([
      ['answer', 'Answer', true],
      ['skip', 'Skip', undefined],
    ]);
    expect(view.fields).toMatchObject([
      {
        kind: 'choice',
        label: 'Which colour?',
        other: false,
        options: [
          { value: 'Blue', label: 'Blue', description: 'Calm' },
          { value: 'Red', label: 'Red', description: '' },
        ],
      },
    ]);
    expect(fill?.('answer', ['Blue'])).toEqual({ answers: { q: { answers: ['Blue'] } } });
    expect(answers.get('skip')).toEqual({ answers: { q: { answers: [] } } });
  });

  it('takes the person’s own words only where the agent asked for them', () => {
    expect(ask([question({})]).fill?.('answer', ['Green'])).toBeUndefined();
    expect(ask([question({ isOther: true })]).fill?.('answer', ['Green'])).toEqual({
      answers: { q: { answers: ['Green'] } },
    });
    expect(ask([question({ options: [] })]).view.fields).toMatchObject([{ kind: 'text', secret: false }]);
  });

  it('hides a secret', () => {
    expect(ask([question({ isSecret: true, options: null })]).view.fields).toMatchObject([
      { kind: 'text', secret: true },
    ]);
    expect(ask([question({ isSecret: true, isOther: true })]).view.fields).toMatchObject([{ secret: true }]);
  });

  it('may be one of several, of which some stay open', () => {
    const { view, fill } = ask([question({}), question({ id: 'size', question: 'Which size?', options: null })]);
    expect(view.title).toBe('Codex asks 2 things');
    expect(fill?.('answer', ['', 'Large'])).toEqual({
      answers: { q: { answers: [] }, size: { answers: ['Large'] } },
    });
    expect(fill?.('answer', ['', ''])).toBeUndefined();
    expect(fill?.('answer', ['Blue'])).toBeUndefined();
    expect(fill?.('answer', [true, 'Large'])).toBeUndefined();
  });

  it('says when Codex does not need it', () => {
    expect(ask([question({})], false).view.reason).toBe('You can skip this: Codex goes on without it.');
  });
});

describe('questions beside the work', () => {
  it('stand with the message that asks them', () => {
    const message = {
      moderation: null,
      id: 'm',
      text: 'Hm.',
      phase: null,
      memoryCitation: null,
      delivery: null,
    } as const;
    const item = (questions: { title: string; options: string[] | null }[] | null) =>
      toItemView({ type: 'agentMessage', ...message, questions }, '/project', true);
    expect(
      item([
        { title: 'Which?', options: ['a'] },
        { title: 'Why?', options: null },
      ]),
    ).toEqual({
      type: 'message',
      id: 'm',
      text: 'Hm.',
      streaming: false,
      questions: [
        { title: 'Which?', options: ['a'] },
        { title: 'Why?', options: [] },
      ],
    });
    expect(item(null)).not.toHaveProperty('questions');
  });
});
