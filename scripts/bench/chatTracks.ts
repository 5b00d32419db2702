import { message, type ModelServer, modelTurn, type Step } from '../../test/support/modelServer';
import { Gate } from '../../test/support/pacing';

const WORDS_PER_BLOCK = 30;
const FIRST_ANSWER = 'Ready.\n\n```ts\nexport const ready = true;\n```';
const WORD = /t\d\dw\d+/g;

/** Conversations whose every word says where it belongs. */
export interface Tracks {
  /** The first message of each, which becomes its title. */
  readonly names: readonly string[];
  /** Asks for the long answer. */
  goOn(name: string): string;
  /** What the long answer holds, in order. */
  wordsOf(name: string): readonly string[];
  /** Lets all long answers begin that were asked for. */
  begin(): void;
}

/** The words of {@link Tracks} in a text, in order. */
export function wordsIn(text: string): string[] {
  return text.match(WORD) ?? [];
}

/** The name of the conversation that a word belongs to. */
export function trackOf(word: string): string {
  return `Track ${word.slice(1, 3)}`;
}

/**
 * Makes the model answer so: shortly at first, with some code, so that a panel has loaded what it colours code with; then
 * with `words` words, one every `gapMs`.
 */
export function answerTracks(
  model: ModelServer,
  { count, words, gapMs }: { count: number; words: number; gapMs: number },
): Tracks {
  const gate = new Gate();
  const names = Array.from({ length: count }, (_, index) => `Track ${String(index + 1).padStart(2, '0')}`);
  const wordsOf = (name: string): string[] =>
    Array.from({ length: words }, (_, index) => `t${name.slice(-2)}w${index + 1}`);
  const goOn = (name: string): string => `Go on with ${name}`;
  model.respond(({ userText }) => {
    const name = names.find((each) => goOn(each) === userText);
    if (name === undefined) return modelTurn(message(FIRST_ANSWER));
    const chunks = wordsOf(name).map(inMarkdown);
    return modelTurn([waitFor(gate), ...message(chunks.join(''), { chunks, gapMs })]);
  });
  return { names, goOn, wordsOf, begin: () => gate.open() };
}

function waitFor(gate: Gate): Step {
  return { type: 'wait', until: gate.opened };
}

/** Of what answers are made of: paragraphs with emphasis, lists, code. */
function inMarkdown(word: string, index: number): string {
  const at = index % WORDS_PER_BLOCK;
  switch (Math.floor(index / WORDS_PER_BLOCK) % 3) {
    case 0:
      return (at === 0 ? '\n\n' : ' ') + (at % 7 === 3 ? `**${word}**` : word);
    case 1:
      return (at === 0 ? '\n\n- ' : at % 3 === 0 ? '\n- ' : ' ') + word;
    default:
      return (
        (at === 0 ? '\n\n```ts\n' : at % 5 === 0 ? '\n' : ' ') + word + (at === WORDS_PER_BLOCK - 1 ? '\n```' : '')
      );
  }
}
