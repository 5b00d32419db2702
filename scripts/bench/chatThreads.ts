import type { CommandItem, ItemView, MessageItem, TurnView, YouItem } from '../../src/shared/conversation';

/** A conversation of this many items, by the way they are spread over turns. */
export const SHAPES = {
  /** A question and an answer a turn: the most turns and rows. */
  'questions and answers': (items: number): TurnView[] =>
    Array.from({ length: items / 2 }, (_, at) => turn(at, [question(at), answer(at)])),
  /** Ten items a turn, most of them commands that are folded away. */
  'work that is folded': (items: number): TurnView[] =>
    Array.from({ length: items / 10 }, (_, at) => {
      const commands = Array.from({ length: 8 }, (__, step) => command(`${at}.${step}`));
      return turn(at, [question(at), ...commands, answer(at)]);
    }),
  /** Everything in one turn that still runs: the most rows in one turn. */
  'one turn': (items: number): TurnView[] => {
    const work = Array.from({ length: items - 2 }, (_, at) => (at % 2 === 0 ? answer(at) : command(String(at))));
    return [{ ...turn(0, [question(0), ...work, { ...answer(items), streaming: true }]), status: 'working' }];
  },
} as const;
export type Shape = keyof typeof SHAPES;

/** An item id of {@link SHAPES}' last answer. */
export function lastItem(turns: readonly TurnView[]): { readonly turnId: string; readonly itemId: string } {
  const last = turns.at(-1);
  const item = last?.items.at(-1);
  if (!last || !item) throw new Error('The conversation is empty.');
  return { turnId: last.id, itemId: item.id };
}

function turn(at: number, items: ItemView[]): TurnView {
  return { id: `turn${at}`, status: 'completed', startedAtMs: 1, durationMs: 1_000, problem: null, items };
}

function question(at: number): YouItem {
  return { type: 'you', id: `you${at}`, text: `Question ${at}: what is in file${at}.ts?`, attachments: [] };
}

/** Of Markdown as models write it: emphasis, links, a list, a code block. */
function answer(at: number): MessageItem {
  const text = `Answer **${at}** with \`code\` and [a link](src/file${at}.ts).

- one thing
- another thing

\`\`\`ts
const answer = ${at};
console.log(answer);
\`\`\`

And some words about it.`;
  return { type: 'message', id: `message${at}`, text, streaming: false };
}

function command(id: string): CommandItem {
  return {
    ...{ type: 'command', id: `command${id}`, command: 'npm test', folder: '/project', summary: null },
    ...{ status: 'completed', text: 'ok\n'.repeat(20), exitCode: 0, durationMs: 10 },
  };
}
