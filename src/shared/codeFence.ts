/** What the first line of a code block says of it. */
export interface FenceInfo {
  /** As it was written; empty: none is named. */
  readonly language: string;
  /** As it was written: nobody has checked where it leads. */
  readonly path: string | null;
}

const NAMED_PATH = /(?:^|\s)(?:path|file|filename|title|name)\s*[=:]\s*(?:"([^"]+)"|'([^']+)'|(\S+))/i;
/** `src/a.ts`, `a.ts`, `C:\a.ts`: a name with an ending, or with folders. */
const LOOKS_LIKE_PATH = /^(?:[\w.@+-]+|[A-Za-z]:)?(?:[\\/][\w.@+ -]+)+$|^[\w@+-][\w.@+-]*\.\w{1,10}$/;

/** Reads `ts`, `ts path=src/a.ts`, `ts title="src/a b.ts"`, `ts src/a.ts`, `ts:src/a.ts` and `src/a.ts`. */
export function fenceInfo(info: string): FenceInfo {
  const words = info.trim().split(/\s+/);
  const [first = ''] = words;
  const named = NAMED_PATH.exec(info);
  const namedPath = named?.[1] ?? named?.[2] ?? named?.[3];
  const colon = /^([\w#+-]+):(.+)$/.exec(first);
  if (colon?.[1] !== undefined && colon[2] !== undefined && LOOKS_LIKE_PATH.test(colon[2])) {
    return { language: colon[1], path: namedPath ?? colon[2] };
  }
  if (LOOKS_LIKE_PATH.test(first)) return { language: endingOf(first), path: namedPath ?? first };
  const language = first.includes('=') ? '' : (/^[^{,]*/.exec(first)?.[0] ?? '');
  return { language, path: namedPath ?? words.slice(1).find((word) => LOOKS_LIKE_PATH.test(word)) ?? null };
}

function endingOf(path: string): string {
  return /\.(\w+)$/.exec(path)?.[1] ?? '';
}
