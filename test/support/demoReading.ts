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

/** Explains a source file in Markdown by what really stands in it: its documented parts and its first function. */
export function explainSource(file: string, source: string): string {
  const lines = source.trimEnd().split(/\r?\n/);
  const parts = documentedParts(source);
  const imports = [...source.matchAll(/from '(\.[^']+)'/g)].map((match) => `\`${match[1] ?? ''}\``);
  const sample = sampleOf(lines);
  return [
    `\`${file}\` is ${lines.length} lines long${imports.length > 0 ? ` and builds on ${imports.join(' and ')}` : ''}.`,
    parts.length > 0 ? 'What is in it:' : 'It begins like this:',
    parts.map(({ signature, says }) => `- **\`${signature}\`** — ${says}`).join('\n'),
    parts.length > 0 && sample.length > 0 ? 'This is the part I would read first:' : '',
    `\`\`\`${file.split('.').at(-1) ?? ''}\n${(sample.length > 0 ? sample : lines.slice(0, 12)).join('\n')}\n\`\`\``,
  ]
    .filter((paragraph) => paragraph !== '')
    .join('\n\n');
}

function documentedParts(source: string): Part[] {
  const pattern = /\/\*\* ([^*]+?) \*\/\r?\n\s*(?:export )?(?:(?:function|class|const) )?(\w+)(\([^)]*\))?/g;
  return [...source.matchAll(pattern)].map(([, says = '', name = '', parameters = '']) => {
    return { signature: `${name}${parameters}`, says };
  });
}

function sampleOf(lines: readonly string[]): readonly string[] {
  const start = lines.findIndex((line) => /^export (async )?function /.test(line));
  const end = lines.findIndex((line, index) => index > start && line === '}');
  return start < 0 || end < 0 || end - start > 20 ? [] : lines.slice(start, end + 1);
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
