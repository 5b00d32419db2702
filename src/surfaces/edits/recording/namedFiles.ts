import { readdir } from 'node:fs/promises';
import path from 'node:path';

/** No more words of a command than this are looked up. */
const MAX_WORDS = 100;
/** No more files than this are taken from a pattern. */
const MAX_MATCHES = 200;
const WORD = /(?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s"'\\;|&<>()`])+/g;

/**
 * What a command line may name as files: absolute paths, wildcards of the last segment resolved to the names that are
 * there. Nothing of it need exist. Words of the shell's grammar beyond quotes and wildcards are taken as they stand.
 */
export async function namedFiles(command: string, folder: string): Promise<string[]> {
  const found = await Promise.all(pathsIn(command, folder).map(matches));
  return [...new Set(found.flat())];
}

/** The words of a command line as paths: those after `=` too, wildcards as they stand. */
export function pathsIn(command: string, folder: string): string[] {
  const words = (command.match(WORD) ?? []).slice(0, MAX_WORDS).map(unquote);
  const names = words.flatMap((word) => {
    const value = /^[^=/\\]*=(.+)$/s.exec(word)?.[1];
    return value === undefined ? [word] : [word, value];
  });
  const likely = names.filter((name) => /[\p{L}\p{N}*?]/u.test(name) && !name.startsWith('-') && name.length < 1000);
  return [...new Set(likely.map((name) => path.resolve(folder, name)))];
}

function unquote(word: string): string {
  return word.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/gs, (_, double?: string, single?: string, plain?: string) =>
    double === undefined ? (single ?? plain ?? '') : double.replace(/\\(["\\$`])/g, '$1'),
  );
}

/** The files that a pattern stands for; a path without wildcards stands for itself. */
async function matches(pattern: string): Promise<string[]> {
  const folder = path.dirname(pattern);
  if (!/[*?]/.test(pattern)) return [pattern];
  if (/[*?]/.test(folder)) return [];
  const body = path.basename(pattern).replace(/[.+^${}()|[\]\\]/g, '\\$&');
  const expression = new RegExp(`^${body.replaceAll('*', '.*').replaceAll('?', '.')}$`);
  const names = await readdir(folder).catch(() => []);
  const visible = names.filter((name) => expression.test(name) && !name.startsWith('.'));
  return visible.slice(0, MAX_MATCHES).map((name) => path.join(folder, name));
}
