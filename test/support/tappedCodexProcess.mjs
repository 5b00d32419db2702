// The real codex between an editor and a test. See tappedCodex.ts, which says what the options are.
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

const OF_THE_TEST = /^tap-/;

export function runTapped({ codexPath, address, dynamicTools }) {
  const args = process.argv.slice(2);
  const isServer = args[0] === 'app-server';
  const codex = spawn(codexPath, args, { stdio: isServer ? ['pipe', 'pipe', 'inherit'] : 'inherit' });
  codex.on('exit', (code) => process.exit(code ?? 1));
  if (!isServer) return;

  const test = connect(address);
  // The test may have ended before the editor does.
  test.on('error', () => undefined);
  const writeTo = (stream) => (message) => stream.write(`${JSON.stringify(message)}\n`);
  const [toEditor, toCodex, toTest] = [process.stdout, codex.stdin, test].map(writeTo);
  const read = (stream, receive) =>
    createInterface({ input: stream, crlfDelay: Infinity }).on('line', (line) => receive(JSON.parse(line)));

  read(codex.stdout, (message) => {
    toTest({ from: 'codex', message });
    // The tools are the test's: it answers.
    if (message.method !== 'item/tool/call') toEditor(message);
  });
  read(process.stdin, (message) => {
    toTest({ from: 'editor', message });
    if (message.method === undefined && OF_THE_TEST.test(message.id)) return;
    if (message.method === 'thread/start') message.params = { ...message.params, dynamicTools };
    toCodex(message);
  }).on('close', () => codex.stdin.end());
  read(test, ({ to, message }) => (to === 'codex' ? toCodex : toEditor)(message));
}
