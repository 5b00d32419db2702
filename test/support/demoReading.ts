/** What a run of the sample's tests printed. */
export interface TestRun {
  readonly passed: number;
  readonly failures: readonly TestFailure[];
}

export interface TestFailure {
  readonly name: string;
  /** `file:line`, where the reporter tells it. */
  readonly place?: string;
  /** `actual !== expected`, where the reporter tells it. */
  readonly difference?: string;
}

/** Reads the output of Node's `spec` test reporter; `undefined` when it does not end in a summary. */
export function readTestRun(output: string): TestRun | undefined {
  const passed = /^ℹ pass (\d+)/m.exec(output)?.[1];
  const failed = /^ℹ fail (\d+)/m.exec(output)?.[1];
  if (passed === undefined || failed === undefined) return undefined;
  const details = output.slice(output.indexOf('✖ failing tests:'));
  const failures =
    failed === '0'
      ? []
      : details
          .split(/^test at /m)
          .slice(1)
          .map(readFailure);
  return { passed: Number(passed), failures };
}

function readFailure(block: string): TestFailure {
  return {
    name: /^✖ (.*?)(?: \([\d.]+ms\))?$/m.exec(block)?.[1] ?? 'a test',
    place: /^(\S+?:\d+)/.exec(block)?.[1]?.replaceAll('\\', '/'),
    difference: /^\s+(\S+ !== \S+)\s*$/m.exec(block)?.[1],
  };
}

/** What a command printed: the tool's answer without the lines that Codex puts before the output. */
export function printed(toolText: string): string {
  const start = /^Output:\r?\n/m.exec(toolText);
  return start ? toolText.slice(start.index + start[0].length) : toolText;
}

interface Part {
  readonly signature: string;
  readonly says: string;
}

/** Explains the first `limit` lines of a source file in Markdown by what really stands in them. */
export function explainSource(file: string, source: string, limit: number): string {
  const lines = source.trimEnd().split(/\r?\n/);
  const parts = documentedParts(source);
  const language = file.split('.').at(-1) ?? '';
  const imports = /^[cm]?[jt]sx?$/.test(language) ? importsOf(source) : [];
  const fence = source.includes('```') ? '````' : '```';
  const sample = sampleOf(lines);
  const size = lines.length < limit ? `\`${file}\` is ${lines.length} lines long` : `\`${file}\` is a longer file`;
  return [
    `${size}${imports.length > 0 ? ` and builds on ${imports.join(' and ')}` : ''}.`,
    parts.length > 0 ? 'What is in it:' : '',
    parts.map(({ signature, says }) => `- **\`${signature}\`** — ${says}`).join('\n'),
    sample.length > 0 ? 'This is the part I would read first:' : 'It begins like this:',
    `${fence}${language}\n${(sample.length > 0 ? sample : lines.slice(0, 12)).join('\n')}\n${fence}`,
  ]
    .filter((paragraph) => paragraph !== '')
    .join('\n\n');
}

function importsOf(source: string): string[] {
  return [...source.matchAll(/ from '(\.[^']+)'/g)].map(([, file = '']) => `\`${file}\``);
}

function documentedParts(source: string): Part[] {
  const pattern = /\/\*\* ([^*]+?) \*\/\r?\n\s*(?:export )?(?:(?:function|class|const) )?(\w+)(\([^)]*\))?/g;
  return [...source.matchAll(pattern)].map(([, says = '', name = '', parameters = '']) => {
    return { signature: `${name}${parameters}`, says };
  });
}

/** The first documented function or method that fits on a card, moved to the left margin. */
function sampleOf(lines: readonly string[]): readonly string[] {
  for (const [start, line] of lines.entries()) {
    const indent = /^(\s*)(?:export )?(?:async )?(?:function )?\w+\(.*\) \{$/.exec(line)?.[1];
    if (indent === undefined || !lines[start - 1]?.endsWith('*/')) continue;
    const end = lines.indexOf(`${indent}}`, start);
    if (end > start && end - start < 12) return lines.slice(start, end + 1).map((text) => text.slice(indent.length));
  }
  return [];
}

/** Explains a project in Markdown by its README (title, first paragraph) and the output of `wc -l` on its files. */
export function explainProject(readme: string): string {
  const [, title = 'This project'] = /^# (.+)$/m.exec(readme) ?? [];
  const [, about = ''] = /^# .+\r?\n\r?\n([^\r\n]+)/m.exec(readme) ?? [];
  const files = [...readme.matchAll(/^\s*(\d+) (\S+\.\w+)\r?$/gm)];
  const list = files.map(([, count = '', file = '']) => `- \`${file}\` — ${count} lines`).join('\n');
  return [`**${title}.** ${about}`, list && `The files:\n\n${list}`, 'The tests run with\n\n```sh\nnpm test\n```']
    .filter((paragraph) => paragraph !== '')
    .join('\n\n');
}
