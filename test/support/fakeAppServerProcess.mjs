// An app-server that does what its first argument, a FakeScript in JSON, says. See fakeAppServer.ts.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const script = JSON.parse(process.argv[2]);
const info = { userAgent: `fake/${process.pid}`, codexHome: '', platformFamily: 'unix', platformOs: 'linux' };
const defaults = { initialize: [{ send: [{ id: '$id', result: info }] }] };

for (const signal of script.ignoredSignals ?? []) process.on(signal, () => undefined);
if (script.staysAlive) setInterval(() => undefined, 60_000);

function write(stream, text) {
  return new Promise((resolve) => stream.write(text, resolve));
}

async function run(steps, id) {
  for (const step of steps) {
    if (step.stderr !== undefined) await write(process.stderr, step.stderr);
    if (step.raw !== undefined) await write(process.stdout, step.raw);
    if (step.send !== undefined) {
      const lines = step.send.map((message) => JSON.stringify(message.id === '$id' ? { ...message, id } : message));
      await write(process.stdout, `${lines.join('\n')}\n`);
    }
    if (step.laterMs !== undefined) await new Promise((resolve) => setTimeout(resolve, step.laterMs));
    if (step.closeStdout) process.stdout.end();
    if (step.leaveHolder) spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'], { stdio: 'inherit' });
    if (step.signal !== undefined) process.kill(process.pid, step.signal);
    if (step.exit !== undefined) process.exit(step.exit);
  }
}

await run(script.start ?? [], undefined);
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method } = JSON.parse(line);
  const key = method ?? 'answer';
  const steps = script.on?.[key] ?? defaults[key] ?? [];
  void run(steps, id);
});
