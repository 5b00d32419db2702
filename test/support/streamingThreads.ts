import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Logger, nullLogger } from '../../src/base/logger';
import { AppServerClient } from '../../src/router/appServerClient';
import type { TurnHandle } from '../../src/router/turnHandle';
import { AppServerProcess } from '../../src/transport/appServerProcess';
import { createCodexHome, nativeCodexPath } from './codexHome';
import { message, type ModelAnswer, type ModelServer, modelTurn, startModelServer, type Step } from './modelServer';
import { Gate } from './pacing';

/** How a turn goes: to its end, stopped after some words, or steered after some words. */
export type TurnKind = 'plain' | 'interrupted' | 'steered';

/** A turn whose every word says where it belongs. */
export interface TurnPlan {
  readonly thread: number;
  readonly turn: number;
  readonly kind: TurnKind;
  /** How many words the model says, before it is stopped or steered. */
  readonly words: number;
  /** Time between two words, in milliseconds. */
  readonly gapMs: number;
}

/** A turn that did not say what it should have. */
export interface Mismatch {
  readonly plan: TurnPlan;
  readonly where: 'stream' | 'thread';
  readonly expected: string;
  readonly got: string;
}

/** The real codex with the scripted model, and a client of it. */
export interface RealServer {
  readonly client: AppServerClient;
  readonly folder: string;
  /** When opened, the model goes on with every turn it has begun. It is open unless `close` was called. */
  holdWords(): Gate;
  dispose(): Promise<void>;
}

/** Starts it. Call `dispose` also when something failed. */
export async function startRealServer(logger: Logger = nullLogger): Promise<RealServer> {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'switchyard-streams-')));
  const model = await startModelServer();
  const home = await createCodexHome({ modelUrl: model.url });
  const server = new AppServerProcess({
    resolve: () =>
      Promise.resolve({
        command: nativeCodexPath(),
        args: ['app-server'],
        cwd: folder,
        env: { ...process.env, CODEX_HOME: home.path },
      }),
    initialize: {
      clientInfo: { name: 'switchyard_test', title: 'Switchyard test', version: '0.0.0' },
      capabilities: { experimentalApi: true, requestAttestation: false },
    },
    logger,
  });
  const client = new AppServerClient(server, logger);
  const held = answerPlans(model);
  return {
    client,
    folder,
    holdWords: () => (held.gate = new Gate()),
    dispose: async () => {
      client.dispose();
      await server.dispose();
      await model.close();
      await home.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Several turns in one thread, one after the other; resolves with what was wrong. `onWord` hears of every word. */
export async function runThread(
  { client, folder }: RealServer,
  plans: AsyncIterable<TurnPlan> | Iterable<TurnPlan>,
  onWord: (plan: TurnPlan) => void = () => undefined,
): Promise<Mismatch[]> {
  const { thread } = await client.startThread({ cwd: folder, sandbox: 'danger-full-access', approvalPolicy: 'never' });
  const heard = new Map<string, string>();
  const listening = client.router.onThread(thread.id, (event) => {
    if (!event.known || event.method !== 'item/agentMessage/delta') return;
    const { turnId, delta } = event.params;
    heard.set(turnId, (heard.get(turnId) ?? '') + delta);
  });
  const wrong: Mismatch[] = [];
  try {
    for await (const plan of plans) {
      const handle = await client.startTurn({ threadId: thread.id, input: textInput(questionOf(plan)) });
      const got = await readWords(handle, plan, () => onWord(plan));
      const expected = expectedText(plan);
      if (got !== expected) wrong.push({ plan, where: 'stream', expected, got });
      const ofThread = heard.get(handle.id) ?? '';
      if (ofThread !== expected) wrong.push({ plan, where: 'thread', expected, got: ofThread });
    }
  } finally {
    listening.dispose();
  }
  return wrong;
}

async function readWords(handle: TurnHandle, plan: TurnPlan, onWord: () => void): Promise<string> {
  let text = '';
  let count = 0;
  for await (const word of handle.streamText()) {
    text += word;
    count += 1;
    onWord();
    if (count !== plan.words) continue;
    if (plan.kind === 'interrupted') await handle.interrupt();
    if (plan.kind === 'steered') await handle.steer(textInput(`${questionOf(plan)} again`));
  }
  return text;
}

/** Makes the model answer a question of {@link questionOf} with the words of its plan. */
function answerPlans(model: ModelServer): { gate: Gate } {
  const held = { gate: new Gate() };
  held.gate.open();
  model.respond(({ userText }): ModelAnswer => {
    const [json = '', again] = userText.split(' ');
    const plan = JSON.parse(json) as TurnPlan;
    const words = wordsOf(plan, again !== undefined);
    const steps = modelTurn(message(words.join(''), { chunks: words, gapMs: plan.gapMs }));
    return plan.kind === 'plain' || again !== undefined ? pausing(steps, held.gate) : halting(steps);
  });
  return held;
}

/** Waits for the gate after the first word. */
function pausing(steps: readonly Step[], gate: Gate): Step[] {
  const first = steps.findIndex((step) => step.type === 'response.output_text.delta');
  return [...steps.slice(0, first + 1), { type: 'wait', until: gate.opened }, ...steps.slice(first + 1)];
}

/** Says all the words and then nothing more, until it is cut off. */
function halting(steps: readonly Step[]): Step[] {
  const last = steps.findLastIndex((step) => step.type === 'response.output_text.delta');
  return [...steps.slice(0, last + 1), { type: 'wait', until: new Promise<void>(() => undefined) }];
}

function questionOf(plan: TurnPlan): string {
  return JSON.stringify(plan);
}

function wordsOf({ thread, turn, words }: TurnPlan, again: boolean): string[] {
  return Array.from({ length: words }, (_, index) => `t${thread}.${turn}${again ? 's' : ''}.${index} `);
}

function expectedText(plan: TurnPlan): string {
  return [...wordsOf(plan, false), ...(plan.kind === 'steered' ? wordsOf(plan, true) : [])].join('');
}

function textInput(text: string) {
  return [{ type: 'text' as const, text, text_elements: [] }];
}
