import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';

const FILE = path.resolve(__dirname, '..', '..', 'docs', 'benchmarks.md');

/** A section as it stands in docs/benchmarks.md. */
export async function formatSection(section: string): Promise<string> {
  return format(section, { ...(await resolveConfig(FILE)), parser: 'markdown' });
}

/** Writes a section to docs/benchmarks.md, in the place of the one with the same heading. The others stay as they are. */
export async function saveSection(section: string): Promise<void> {
  await writeFile(FILE, withSection(await readFile(FILE, 'utf8'), await formatSection(section)));
}

/** `report` with `section`, which begins with its `## ` heading, in its place or at the end. */
export function withSection(report: string, section: string): string {
  const [heading = ''] = section.split('\n', 1);
  const sections = report.trimEnd().split(/\n+(?=## )/);
  const at = sections.findIndex((each) => each === heading || each.startsWith(`${heading}\n`));
  return `${sections.toSpliced(at < 0 ? sections.length : at, 1, section.trimEnd()).join('\n\n')}\n`;
}
