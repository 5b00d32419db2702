import { soak } from '../test/soak/router.soak';

const DEFAULT_THREADS = 32;
const DEFAULT_SECONDS = 20;

/** `soak [threads] [seconds]`: ends with code 1 when a turn said anything but its own words. */
async function main(): Promise<void> {
  const [threads = DEFAULT_THREADS, seconds = DEFAULT_SECONDS] = process.argv.slice(2).map(Number);
  console.log(`${threads} threads of one codex stream for ${seconds} s…`);
  const { turns, words, mostAtOnce, wrong, seconds: taken } = await soak({ threads, seconds });
  const total = turns.plain + turns.steered + turns.interrupted;
  console.log(`${total} turns (${turns.steered} steered, ${turns.interrupted} interrupted) in ${taken.toFixed(1)} s`);
  console.log(`${words} words, up to ${mostAtOnce} turns at once, ${wrong.length} differences`);
  for (const line of wrong.slice(0, 10)) console.error(line);
  if (wrong.length > 0 || mostAtOnce < threads) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
