import { benchChat } from './bench/chatBench';
import { benchEdits } from './bench/editsBench';
import { benchRouter } from './bench/routerBench';

const USAGE = 'Usage: npm run bench -- router [--full] [--save] | edits | chat [mounts|typing] [--save]';

/**
 * `router`: what it costs to bring the server's messages to their readers. `--full`: longer and with more rounds.
 * `--save`: also writes the report to docs/benchmarks.md. `edits`: what it costs when one turn changes 10,000 files.
 * `chat`: what long conversations cost a chat panel, and how soon typing is seen while twelve conversations stream.
 */
async function main(): Promise<void> {
  const [name, ...flags] = process.argv.slice(2);
  if (name === 'edits' && flags.length === 0) {
    await benchEdits();
    return;
  }
  if (name === 'chat') {
    const part = (['mounts', 'typing'] as const).find((each) => flags.includes(each));
    const rest = flags.filter((flag) => flag !== part && flag !== '--save');
    if (rest.length === 0) {
      await benchChat({ part, save: flags.includes('--save') });
      return;
    }
  }
  const unknown = flags.filter((flag) => flag !== '--full' && flag !== '--save');
  if (name !== 'router' || unknown.length > 0) {
    console.error(USAGE);
    process.exitCode = 1;
    return;
  }
  await benchRouter({ full: flags.includes('--full'), save: flags.includes('--save') });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
