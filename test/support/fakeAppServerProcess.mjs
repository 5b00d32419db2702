// An app-server that does what its first argument, a FakeScript in JSON, says. See fakeAppServer.ts.
import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { createInterface } from 'node:readline';

const script = JSON.parse(process.argv[2]);
const info = { userAgent: `fake/${process.pid}`, codexHome: '', platformFamily: 'unix', platformOs: 'linux' };
const defaults = { initialize: [{ send: [{ id: '$id', result: info }] }] };

for (const signal of script.ignoredSignals ?? []) process.on(signal, () => undefined);
if (script.staysAlive) setInterval(() => undefined, 60_000);

function write(stream, text) {
  return new Promise((resolve) => stream.write(text, resolve));
}

function send(messages) {
  return write(process.stdout, messages.map((message) => `${JSON.stringify(message)}\n`).join(''));
}

function startHolder() {
  return spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'], { stdio: 'inherit', detached: true }).pid;
}

async function run(steps, request) {
  const fill = (message) => ({
    ...message,
    ...(message.id === '$id' && { id: request.id }),
    ...(message.params === '$message' && { params: request }),
  });
  for (const step of steps) {
    if (step.stderr !== undefined) await write(process.stderr, step.stderr.replace('$pid', process.pid));
    if (step.raw !== undefined) await write(process.stdout, step.raw);
    if (step.send !== undefined) await send(step.send.map(fill));
    if (step.longAnswer !== undefined) await send([{ id: request.id, result: 'x'.repeat(step.longAnswer) }]);
    if (step.flood !== undefined)
      await send(Array.from({ length: step.flood }, (_, params) => ({ method: 'flood', params })));
    if (step.leaveHolder) await send([{ method: 'holder', params: startHolder() }]);
    if (step.closeStdout) closeSync(1);
    if (step.signal !== undefined) process.kill(process.pid, step.signal);
    if (step.exit !== undefined) process.exit(step.exit);
  }
}

await run(script.start ?? []);
createInterface({ input: process.stdin })
  .on('line', (line) => {
    const message = JSON.parse(line);
    const key = message.method ?? 'answer';
    void run(script.on?.[key] ?? defaults[key] ?? [], message);
  })
  .on('close', () => {
    void run(script.onStdinEnd ?? []);
  });
