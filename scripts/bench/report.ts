import { type Circumstances, introductionOf } from './circumstances';
import { type Goal, verdictOf } from './goals';
import type { Measurement } from './meter';
import { decimal, formatTable, growthOf, median, medianRatio } from './statistics';

/** What the rounds of one variant gave, one entry per round, per message. */
export interface VariantSamples {
  readonly wallUs: number[];
  readonly cpuUs: number[];
  readonly peakRssMb: number[];
}

/** All variants under the same load. */
export interface ThroughputCell {
  readonly turns: number;
  readonly chunkBytes: number;
  readonly samples: ReadonlyMap<string, VariantSamples>;
}

/** Everything that was measured. */
export interface Results {
  readonly cells: readonly ThroughputCell[];
  readonly rounds: number;
  readonly messages: number;
  readonly pythonMessages: number;
  readonly longLines: { readonly small: readonly Measurement[]; readonly large: readonly Measurement[] };
  readonly stuck: Measurement;
  readonly soak: Measurement;
  readonly soakMessages: number;
}

/** The name of each variant in the report. */
const NAMES: Readonly<Record<string, string>> = {
  bare: 'bare split + `JSON.parse`',
  listeners: 'Switchyard, a listener per thread',
  handlesAndListeners: 'Switchyard, listeners and turn handles',
  handles: 'Switchyard, turn handles alone',
  star: 'vscode-jsonrpc, one star handler',
  python: "the Python SDK's design",
};

/** The variants that are the product. */
const OURS = ['listeners', 'handlesAndListeners', 'handles'];
const LARGE_CHUNK = 64 * 1024;
const MAX_HEAP_GROWTH_MB = 1;

/** The section of the router as Markdown. */
export function reportOf(results: Results, circumstances: Circumstances): string {
  return [
    '## Router',
    introductionOf(
      circumstances,
      `medians of ${results.rounds} interleaved rounds of ${results.messages.toLocaleString('en')} messages (Python: ${results.pythonMessages.toLocaleString('en')}).`,
    ),
    '### Goals',
    formatTable(['goal', 'variant', 'limit', 'measured', ''], goalRows(results), { textColumns: 2 }),
    ...results.cells.flatMap((cell) => [
      `### ${cell.turns} ${cell.turns === 1 ? 'turn' : 'turns'} at once, chunks of ${chunkName(cell.chunkBytes)}`,
      cellTable(cell),
    ]),
    '### Long lines, stuck readers, long runs',
    memoryTable(results),
    METHOD,
  ].join('\n\n');
}

function chunkName(bytes: number): string {
  return bytes >= 1024 ? `${bytes / 1024} KiB` : `${bytes} B`;
}

function cellTable({ samples }: ThroughputCell): string {
  const bare = samples.get('bare');
  const rows = [...samples].map(([variant, { wallUs, cpuUs, peakRssMb }]) => [
    NAMES[variant] ?? variant,
    decimal(median(cpuUs)),
    decimal(bare && medianRatio(cpuUs, bare.cpuUs)),
    decimal(median(wallUs)),
    decimal(bare && medianRatio(wallUs, bare.wallUs)),
    Math.round(1e6 / median(wallUs)).toLocaleString('en'),
    decimal(median(peakRssMb), 0),
  ]);
  return formatTable(['variant', 'CPU µs/msg', '× bare', 'wall µs/msg', '× bare', 'msg/s', 'peak RSS MB'], rows);
}

function goalRows(results: Results): string[][] {
  return goalsOf(results).map((goal) => [
    goal.name,
    NAMES[goal.variant] ?? goal.variant,
    `≤ ${goal.limit} ${goal.unit}`,
    `${decimal(goal.value)} ${goal.unit}`,
    verdictOf(goal),
  ]);
}

function goalsOf(results: Results): (Goal & { variant: string })[] {
  const wall = (samples: readonly Measurement[]): number[] => samples.map(({ wallMs }) => wallMs);
  const { longLines, stuck, soak, soakMessages } = results;
  const million = `${soakMessages / 1e6} million messages`;
  return [
    ...OURS.flatMap((variant) => throughputGoals(results, variant)),
    {
      variant: 'listeners',
      ...{ name: 'one line of 50 MB against one of 10 MB, wall', limit: 7, unit: '×' },
      value: medianRatio(wall(longLines.large), wall(longLines.small)),
    },
    {
      variant: 'handlesAndListeners',
      ...{ name: '1 of 100 readers stuck: kept after 10,000 messages to it', limit: 2, unit: 'MB' },
      value: stuck.retainedMb,
    },
    {
      variant: 'handlesAndListeners',
      ...{ name: `heap flat: growth over the last half of ${million}`, limit: MAX_HEAP_GROWTH_MB, unit: 'MB' },
      value: growthOf(soak.heapSamplesMb ?? []),
    },
  ];
}

function throughputGoals(results: Results, variant: string): (Goal & { variant: string })[] {
  const cost = (turns: number, name: string): number[] | undefined =>
    results.cells.find((cell) => cell.turns === turns && cell.chunkBytes === LARGE_CHUNK)?.samples.get(name)?.cpuUs;
  const ratio = (numerator?: number[], denominator?: number[]): number | undefined =>
    numerator && denominator ? medianRatio(numerator, denominator) : undefined;
  const own = cost(100, variant);
  const goals: Goal[] = [
    { name: '100 turns: against bare parsing', limit: 2, unit: '×', value: ratio(own, cost(100, 'bare')) },
    { name: '100 turns: against the star handler', limit: 0.35, unit: '×', value: ratio(own, cost(100, 'star')) },
    { name: '100 turns: against the Python design', limit: 0.2, unit: '×', value: ratio(own, cost(100, 'python')) },
    { name: '1,000 turns against 1 turn', limit: 1.8, unit: '×', value: ratio(cost(1_000, variant), cost(1, variant)) },
  ];
  return goals.map((goal) => ({ ...goal, variant }));
}

function memoryTable({ longLines, stuck, soak, soakMessages }: Results): string {
  const wallOf = (samples: readonly Measurement[]): string => decimal(median(samples.map(({ wallMs }) => wallMs)), 0);
  const rssOf = (samples: readonly Measurement[]): string => decimal(median(samples.map((each) => each.peakRssMb)), 0);
  const heap = soak.heapSamplesMb ?? [];
  return formatTable(
    ['what', 'measured'],
    [
      ['one line of 10 MB: wall ms', wallOf(longLines.small)],
      ['one line of 50 MB: wall ms', wallOf(longLines.large)],
      ['one line of 10 MB: peak RSS MB', rssOf(longLines.small)],
      ['one line of 50 MB: peak RSS MB', rssOf(longLines.large)],
      ['1 of 100 turn handles never read, 10,000 messages to it: MB kept', decimal(stuck.retainedMb)],
      [
        `${soakMessages / 1e6} million messages, 100 turns at a time: heap MB, lowest sample`,
        decimal(Math.min(...heap)),
      ],
      [
        `${soakMessages / 1e6} million messages, 100 turns at a time: heap MB, highest sample`,
        decimal(Math.max(...heap)),
      ],
      ['heap MB, first sample', decimal(heap[0])],
      ['heap MB, last sample', decimal(heap.at(-1))],
    ],
  );
}

const METHOD = `### What was measured

Every variant runs in a process of its own and reads the same bytes from a pipe that another process fills as fast as
it is emptied. The lines are as codex 0.169.0 writes them: 260 bytes on average, of which 85 % are deltas of the agent's
words, 10 % of its reasoning, 5 % of the output of a command; every turn belongs to a thread of its own, and the next line
belongs to any of them. In the tables with small chunks no read gives more than that many bytes (except to Python, whose
standard library reads as it likes). Every consumer looks at the text of every delta, and that all
read the same text is checked. Measuring begins with the first chunk and ends with the last message handled.

- **CPU µs/msg** is the time of the whole process, with garbage collection and Python's threads. The goals are judged by it:
  other jobs run on the machine, and they lengthen the wall time of whoever they meet. A ratio is the median of the ratios
  of the rounds; **msg/s** follows from the wall time.
- **Bare**: cut at newlines, decode, \`JSON.parse\`, count.
- **Switchyard**: the real reader, connection, client and router, bundled as they ship. *A listener per thread* is how the
  extension's conversations hear their events. *Turn handles* are read with \`for await\`; alone means that nobody listens to the threads.
  A reader that waits is woken by a promise: with one turn, all events of a chunk share one such wake, with a thousand each has its own.
- **vscode-jsonrpc**: the same reader hands it every message; one handler takes them all and looks up the turn.
- **The Python SDK's design**, emulated: a reader thread, \`json.loads\`, a lock, a \`queue.Queue\` and a thread per turn. Without
  the SDK's pydantic validation, so the real one costs more.
- **Stuck reader**: a million messages to 100 turns; all handles are read but one. What it keeps is the heap after a full
  collection, less the heap after it was let go of. The router joins the pieces of a text that a reader has not taken once it
  is 256 events behind.
- **Heap flat**: turns end and begin every 10,000 messages, with a listener per thread and a reader per turn. The heap is
  sampled after full collections; the growth is the median of the last quarter less that of the second.`;
