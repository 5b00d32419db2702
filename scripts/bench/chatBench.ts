import { gzipSync } from 'node:zlib';
import { bundleWebview, firstScripts } from '../../test/support/chatBrowser';
import { packageExtension } from '../package';
import { formatSection, saveSection } from './benchmarksFile';
import { measureMount, type MountSample } from './chatMount';
import { type Shape, SHAPES } from './chatThreads';
import { measureTyping } from './chatTyping';
import { type Circumstances, introductionOf, observed } from './circumstances';
import { type Goal, verdictOf } from './goals';
import { decimal, formatTable, median } from './statistics';
import { typingReport } from './typingReport';

const ROUNDS = 3;
const SIZES = [10, 1_000, 10_000] as const;
const KB = 1_000;

interface Cell {
  readonly shape: Shape;
  readonly items: number;
  readonly samples: MountSample[];
}

interface Mounts {
  readonly cells: readonly Cell[];
  /** Of the scripts that are loaded first. */
  readonly gzipKb: number;
}

export interface ChatBenchOptions {
  /** Both parts unless given. */
  readonly part?: 'mounts' | 'typing' | undefined;
  /** Also writes the report to docs/benchmarks.md. */
  readonly save: boolean;
}

/**
 * What it costs a chat panel to show long conversations and to let them grow (`mounts`), and how soon typing is seen
 * while many of them stream (`typing`, which packages the extension). Prints the report.
 */
export async function benchChat({ part, save }: ChatBenchOptions): Promise<void> {
  const report = async (section: string): Promise<void> => {
    console.log(await formatSection(section));
    if (save) await saveSection(section);
  };
  const command = `npm run bench -- chat${part ? ` ${part}` : ''}`;
  if (part !== 'typing') await report(mountsReport(...(await observed(command, measureMounts))));
  if (part === 'mounts') return;
  const vsix = await packageExtension();
  await report(typingReport(...(await observed(command, () => measureTyping(vsix)))));
}

async function measureMounts(): Promise<Mounts> {
  const files = await bundleWebview();
  const shapes = Object.keys(SHAPES) as Shape[];
  const cells = shapes.flatMap((shape) => SIZES.map((items): Cell => ({ shape, items, samples: [] })));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { shape, items, samples } of cells) samples.push(await measureMount(files, shape, items));
  }
  const gzipKb = firstScripts(files).reduce((sum, script) => sum + gzipSync(script).length, 0) / KB;
  return { cells, gzipKb };
}

function mountsReport({ cells, gzipKb }: Mounts, circumstances: Circumstances): string {
  const shapes = Object.keys(SHAPES) as Shape[];
  const goals: Goal[] = [
    ...shapes.flatMap((shape) => goalsOf(cells.filter((cell) => cell.shape === shape))),
    { name: 'scripts loaded first, gzip', limit: 100, unit: 'kB', value: gzipKb },
  ];
  const header = ['conversation', 'items', 'script ms', 'CPU ms', 'settled ms', 'words ms', 'row ms', 'heap MB'];
  return [
    '## Chat',
    introductionOf(circumstances, `medians of ${ROUNDS} interleaved rounds.`),
    '### Goals of long conversations',
    formatTable(
      ['goal', 'limit', 'measured', ''],
      goals.map((goal) => [
        goal.name,
        `≤ ${goal.limit} ${goal.unit}`,
        `${decimal(goal.value)} ${goal.unit}`,
        verdictOf(goal),
      ]),
    ),
    '### Showing a conversation, and letting it grow',
    formatTable(header, cells.map(rowOf)),
    METHOD,
  ].join('\n\n');
}

function rowOf({ shape, items, samples }: Cell): string[] {
  const of = (value: (sample: MountSample) => number): string => decimal(median(samples.map(value)), 1);
  const costs = [
    of(({ scriptMs }) => scriptMs),
    of(({ cpuMs }) => cpuMs),
    of(({ settledMs }) => settledMs),
    of(({ deltaMs }) => median(deltaMs)),
    of(({ itemMs }) => median(itemMs)),
    of(({ heapMb }) => heapMb),
  ];
  return [shape, items.toLocaleString('en'), ...costs];
}

function goalsOf(cells: readonly Cell[]): Goal[] {
  const of = (items: number, value: (sample: MountSample) => number): number =>
    median(cells.find((cell) => cell.items === items)?.samples.map(value) ?? [NaN]);
  const shape = cells[0]?.shape ?? '';
  const delta = ({ deltaMs }: MountSample): number => median(deltaMs);
  return [
    { name: `${shape}: script of 10,000 items, CPU`, limit: 30, unit: 'ms', value: of(10_000, ({ cpuMs }) => cpuMs) },
    { name: `${shape}: settled`, limit: 120, unit: 'ms', value: of(10_000, ({ settledMs }) => settledMs) },
    { name: `${shape}: words, against 10 items`, limit: 2, unit: '×', value: of(10_000, delta) / of(10, delta) },
  ];
}

const METHOD = `### How long conversations were measured

The webview as it ships, in Debian’s Chromium without a screen or an editor; each conversation in a page of its own, in which a conversation of
100 items was shown before.

- **Script** and **CPU**: from the snapshot, which comes as a structured clone, to the end of the script that shows it, by the
  clock and as CPU time of the page’s main thread. The goal is judged by the latter, which other jobs lengthen less.
- **Settled**: until the painting of the frame after which nothing in sight moves any more. The newest rows above what is in
  sight come 100 ms after the first; a row that moves by a rounded pixel then may count as late.
- **Words** and **row**: script of one message that adds words to the last answer, and of one that adds a row, one a frame.`;
