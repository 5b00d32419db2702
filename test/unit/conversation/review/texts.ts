import fc from 'fast-check';

const lineTexts = ['a', 'b', 'beta gamma', '', '  }', 'x = f(1)', '😀 é', '日本'];
const lineEnds = fc.constantFrom('\n', '\r\n', '\r');
const anyLines = fc.array(fc.constantFrom(...lineTexts), { maxLength: 10 });

/** A text of one kind of line end, with or without a final one; now and then the line ends are mixed. */
export const anyText = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(anyLines, lineEnds, fc.boolean()).map(joined) },
  fc.array(fc.tuple(fc.constantFrom(...lineTexts), lineEnds), { maxLength: 6 }).map((lines) => lines.flat().join('')),
);

/** A text made of another by a few splices of words, lines and line ends, as Codex or a person would make it. */
export const editedText = (base: string) =>
  fc
    .array(
      fc.tuple(
        fc.nat(base.length),
        fc.nat(8),
        fc.constantFrom('', 'w', ' ', '\n', '\r\n', 'one\n', '\ntwo', 'a', 'b\n', '😀', '}'),
      ),
      { maxLength: 4 },
    )
    .map((splices) =>
      splices.reduce((text, [at, length, added]) => text.slice(0, at) + added + text.slice(at + length), base),
    );

/** A text, what Codex made of it, and what a person made of that. */
export const changedTexts = anyText
  .chain((baseline) => fc.tuple(fc.constant(baseline), fc.oneof(editedText(baseline), anyText)))
  .chain(([baseline, current]) =>
    fc.record({ baseline: fc.constant(baseline), current: fc.constant(current), next: editedText(current) }),
  );

function joined([lines, lineEnd, hasFinal]: [string[], string, boolean]): string {
  return lines.join(lineEnd) + (hasFinal && lines.length > 0 ? lineEnd : '');
}
