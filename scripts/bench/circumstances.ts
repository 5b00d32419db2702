import os from 'node:os';

/** How, when and for how long something was measured. */
export interface Circumstances {
  readonly command: string;
  readonly tookS: number;
  readonly date: Date;
  /** The machine's load averages before and after. */
  readonly loads: readonly (readonly number[])[];
}

/** The first lines of a section. `samples`: what its numbers are the middle of. */
export function introductionOf({ command, tookS, date, loads }: Circumstances, samples: string): string {
  const cpus = os.cpus();
  const memory = `${(os.totalmem() / 2 ** 30).toFixed(0)} GiB`;
  const load = loads.map(([minute = 0]) => minute.toFixed(1)).join(' before, ');
  return [
    `- **Command:** \`${command} --save\`; it took ${tookS.toFixed(0)} s.`,
    `- **Date:** ${date.toISOString().slice(0, 10)}.`,
    `- **Machine:** ${cpus.length} × ${cpus[0]?.model.trim() ?? 'CPU'}, ${memory}, ${os.type()} ${os.arch()}, Node.js ${process.version}. Load average ${load} after.`,
    `- **Samples:** ${samples}`,
  ].join('\n');
}

/** Does the work and notes the circumstances. */
export async function observed<T>(command: string, work: () => Promise<T>): Promise<[T, Circumstances]> {
  const [date, before] = [new Date(), os.loadavg()];
  const result = await work();
  return [result, { command, date, tookS: (Date.now() - date.getTime()) / 1_000, loads: [before, os.loadavg()] }];
}
