import { type Circumstances, introductionOf } from './circumstances';
import { CONVERSATIONS, KEYS, type TypingSample, WORD_GAP_MS } from './chatTyping';
import { type Goal, verdictOf } from './goals';
import { decimal, formatTable, percentile } from './statistics';

/** What a person still takes for at once. */
const LIMIT_MS = 50;

/** The section about typing as Markdown. */
export function typingReport(sample: TypingSample, circumstances: Circumstances): string {
  const { posts, streamedS, visible, wrong } = sample;
  const goal: Goal = { name: 'p95', limit: LIMIT_MS, unit: 'ms', value: percentile(sample.streamingMs, 0.95) };
  const others = [
    ['conversations that streamed, and of these to be seen', `${CONVERSATIONS}, ${visible.length}`],
    ['their words in a second, each', decimal(posts.words / visible.length / streamedS, 0)],
    ['messages to the panels that were seen, each, in a second', decimal(posts.count / visible.length / streamedS, 0)],
    ['messages to panels that were hidden', decimal(posts.hidden, 0)],
    ['answers that were whole in the end, word by word', `${CONVERSATIONS - wrong.length} of ${CONVERSATIONS}`],
  ];
  return [
    '## Typing while conversations stream',
    introductionOf(circumstances, `${KEYS} keys with and ${KEYS} without streams, in one run.`),
    `Goal: p95 ≤ ${goal.limit} ms for each key while all stream. Measured: ${decimal(goal.value, 0)} ms, ${verdictOf(goal)}.`,
    formatTable(
      ['from a key to its picture', 'p50 ms', 'p95 ms', 'max ms'],
      [
        ['nothing streams', ...spreadOf(sample.quietMs)],
        [`${CONVERSATIONS} conversations stream`, ...spreadOf(sample.streamingMs)],
        ['ratio', ...ratiosOf(sample)],
      ],
    ),
    formatTable(['while they streamed', 'measured'], others),
    METHOD,
  ].join('\n\n');
}

const SHARES = [0.5, 0.95, 1];

function spreadOf(values: readonly number[]): string[] {
  return SHARES.map((share) => decimal(percentile(values, share), 0));
}

function ratiosOf({ quietMs, streamingMs }: TypingSample): string[] {
  return SHARES.map((share) => `${decimal(percentile(streamingMs, share) / percentile(quietMs, share), 1)} ×`);
}

const METHOD = `### How typing was measured

The packaged extension in a real VS Code, in Debian’s Chromium without a screen or graphics card (its processors paint), with the real codex and
a scripted model. Every chat has a process of its own, as in a desktop editor. One conversation is in the side bar, eleven have tabs in three groups;
one of each group is seen. Each has shown some code before: what colours code is loaded. The model gives each a word every ${WORD_GAP_MS} ms, in
paragraphs with emphasis, lists and code; when the machine is busy they come more slowly.

- A key is pressed every 70 ms, however long the one before takes, in the composer of a chat that itself streams; half of the quiet keys before
  the others and half after.
- **From a key to its picture**: from when the browser gets the key until the frame with what it wrote is presented, as the browser
  tells it (Event Timing). It tells it in steps of 8 ms and counts all below 16 ms as 16.
- Messages to panels are counted on their way from the extension host to the window.`;
