/** The end of a sentence or of a line, with what follows it. */
const SENTENCE_END = /[.!?…。！？]["')\]]*\s|\n/g;
/** More at once is not listened to. */
const MAX_SPOKEN = 400;

/**
 * What a screen reader is told of a message that is being written: its whole sentences after the first `from`
 * characters, all of it once it is complete.
 *
 * @returns the words, empty where there is nothing to say yet, and how far the message has been told with them
 */
export function spoken(text: string, from: number, isComplete: boolean): { readonly words: string; upTo: number } {
  const upTo = isComplete ? text.length : from + endOfSentences(text.slice(from));
  const words = readable(text.slice(from, upTo));
  return { words: words.length > MAX_SPOKEN ? `${words.slice(0, MAX_SPOKEN)}…` : words, upTo };
}

function endOfSentences(text: string): number {
  let end = 0;
  for (const match of text.matchAll(SENTENCE_END)) end = match.index + match[0].length;
  return end;
}

/** Markdown as one would read it aloud. */
function readable(markdown: string): string {
  return markdown
    .replace(/\[([^\]\n]*)\]\([^)\n]*\)/g, '$1')
    .replace(/^\s*(?:[#>]+|[-*+]|```\S*)\s*/gm, '')
    .replace(/[*_`|]+/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}
