import { writeSync } from 'node:fs';
import { type Feed, feedBytes } from './messages';

const STDOUT = 1;

/** Writes a feed to standard output, so many bytes per write, as fast as the reader takes them. */
function main(): void {
  const { chunkBytes, ...feed } = JSON.parse(process.env.BENCH_OPTIONS ?? '{}') as Feed & { chunkBytes: number };
  for (const bytes of feedBytes(feed)) {
    for (let start = 0; start < bytes.length;) {
      start += writeSync(STDOUT, bytes, start, Math.min(chunkBytes, bytes.length - start));
    }
  }
}

main();
