import {
  applyPatch,
  execCommand,
  message,
  type ModelHandler,
  type ModelServer,
  modelTurn,
  type PlainAnswer,
  reasoning,
  type Step,
} from '../../test/support/modelServer';
import { PacedMessage } from '../../test/support/pacing';
import type { Notification, StdioDriver } from '../../test/support/stdioDriver';

/** What a scenario works with: a codex that has just started in `workspace`, whose model is `model`. */
export interface Stage {
  readonly driver: StdioDriver;
  readonly model: ModelServer;
  readonly workspace: string;
}

/** One transcript; `name` is its file's name without the extension. */
export interface Scenario {
  readonly name: string;
  run(stage: Stage): Promise<void>;
}

/** As the mode Ask sets a thread up. */
const ASKING = { sandbox: 'read-only', approvalPolicy: 'on-request' };
/** Nothing asks, and the machine that records needs no sandbox. */
const FREE = { sandbox: 'danger-full-access', approvalPolicy: 'never' };

const ANSWER = `Two things to know:

1. \`greet\` lives in **greet.js**.
2. It has no tests.

\`\`\`js
greet('you');
\`\`\`
`;

const PATCH = `*** Begin Patch
*** Update File: greet.js
@@
 export function greet(name) {
-  return \`Hello \${name}\`;
+  return \`Hello, \${name}!\`;
 }
*** Add File: greet.test.js
+import { greet } from './greet.js';
+console.log(greet('you'));
*** End Patch`;

const REVIEW = {
  findings: [],
  overall_correctness: 'patch is correct',
  overall_explanation: 'Nothing to complain about.',
  overall_confidence_score: 0.9,
};

const never = new Promise<void>(() => undefined);
const asked = { escalated: true, justification: 'May this run?' };

/** The scenarios of `npm run record`, one transcript each. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'answer',
    run: oneTurn(FREE, [
      reasoning('**Looking** at the project', { chunks: ['**Looking**', ' at the project'] }),
      message(ANSWER, { chunks: ANSWER.match(/[\s\S]{1,12}/g) ?? [] }),
    ]),
  },
  {
    name: 'command',
    run: oneTurn(FREE, [execCommand("printf 'one\\n'; sleep 0.4; printf 'two\\n'")], [message('It said two words.')]),
  },
  {
    name: 'command-fails',
    run: oneTurn(FREE, [execCommand("echo 'no such test' >&2; exit 3")], [message('It failed.')]),
  },
  { name: 'command-accepted', run: askedTurn('accept', execCommand('echo allowed', asked)) },
  { name: 'command-declined', run: askedTurn('decline', execCommand('echo denied', asked)) },
  { name: 'files-accepted', run: askedTurn('accept', applyPatch(PATCH)) },
  { name: 'files-declined', run: askedTurn('decline', applyPatch(PATCH)) },
  { name: 'files-cancelled', run: askedTurn('cancel', applyPatch(PATCH)) },
  { name: 'interrupt-mid-stream', run: interruptMidStream },
  { name: 'interrupt-command', run: interruptCommand },
  { name: 'steer', run: steer },
  { name: 'second-start', run: secondStart },
  { name: 'retry', run: retry },
  { name: 'retry-repeats', run: retryRepeats },
  { name: 'late-command', run: lateCommand },
  { name: 'queue', run: queue },
  { name: 'shell-command', run: shellCommand },
  { name: 'shell-command-in-turn', run: shellCommandInTurn },
  { name: 'error-401', run: failingTurn({ status: 401, body: { error: { message: 'Incorrect API key provided.' } } }) },
  {
    name: 'error-429',
    run: failingTurn({
      status: 429,
      headers: { 'retry-after': '0' },
      body: { error: { type: 'rate_limit_exceeded', code: 'rate_limit_exceeded', message: 'Slow down.' } },
    }),
  },
  { name: 'error-500', run: failingTurn({ status: 500, body: { error: { message: 'Something broke.' } } }) },
  { name: 'compaction', run: compaction },
  { name: 'review', run: review },
  { name: 'review-interrupted', run: reviewInterrupted },
  { name: 'two-threads', run: twoThreads },
];

/** Gives the model's answers one after the other; the last one again and again. */
function answers(...list: readonly (readonly (readonly Step[])[])[]): ModelHandler {
  let next = 0;
  return () => modelTurn(...(list[Math.min(next++, list.length - 1)] ?? []));
}

async function startThread({ driver, workspace }: Stage, settings: object): Promise<string> {
  const { thread } = await driver.request<{ thread: { id: string } }>('thread/start', { cwd: workspace, ...settings });
  return thread.id;
}

/** One turn from its question to its end. */
function oneTurn(settings: object, ...list: readonly (readonly (readonly Step[])[])[]): Scenario['run'] {
  return async (stage) => {
    stage.model.respond(answers(...list));
    await stage.driver.runTurn(await startThread(stage, settings), 'What is this project?');
  };
}

/** One turn with one thing that is asked for, and `decision` as the answer. */
function askedTurn(decision: string, step: readonly Step[]): Scenario['run'] {
  return async (stage) => {
    stage.driver.onServerRequest(() => ({ decision }));
    await oneTurn(ASKING, [step], [message('That was it.')])(stage);
  };
}

function failingTurn(answer: PlainAnswer): Scenario['run'] {
  return async (stage) => {
    stage.model.respond(() => answer);
    await stage.driver.runTurn(await startThread(stage, FREE), 'What is this project?');
  };
}

interface StartedTurn {
  readonly threadId: string;
  readonly turnId: string;
}

/** Starts a turn and waits until `matches` has been seen. */
async function startUntil(stage: Stage, text: string, matches: (event: Notification) => boolean): Promise<StartedTurn> {
  const threadId = await startThread(stage, FREE);
  const input = [{ type: 'text', text, text_elements: [] }];
  const { turn } = await stage.driver.request<{ turn: { id: string } }>('turn/start', {
    threadId,
    input,
    clientUserMessageId: 'message-1',
  });
  await stage.driver.waitFor(matches);
  return { threadId, turnId: turn.id };
}

const isDelta = ({ method }: Notification): boolean => method === 'item/agentMessage/delta';
const isEnd = ({ method }: Notification): boolean => method === 'turn/completed';
/** Counts ends from 1, each notification once. */
function isNthEnd(wanted: number): (event: Notification) => boolean {
  const ends = new Set<Notification>();
  return (event) => isEnd(event) && ends.add(event).size === wanted;
}
const isOfItem =
  (wanted: string, type: string) =>
  ({ method, params }: Notification): boolean =>
    method === wanted && (params.item as { type: string }).type === type;

/** The first part of an answer, and then nothing more. */
function halfAnswer(): Step[] {
  const steps = modelTurn(message('Half of an answer', { chunks: ['Half of ', 'an answer'] }));
  const lastDelta = steps.findLastIndex((step) => step.type === 'response.output_text.delta');
  return [...steps.slice(0, lastDelta), { type: 'wait', until: never }];
}

async function interruptMidStream(stage: Stage): Promise<void> {
  stage.model.respond(halfAnswer);
  const ids = await startUntil(stage, 'Tell me everything', isDelta);
  await stage.driver.request('turn/interrupt', ids);
  await stage.driver.waitFor(isEnd);
}

async function interruptCommand(stage: Stage): Promise<void> {
  stage.model.respond(answers([execCommand('sleep 0.3; echo begun; sleep 60')]));
  const ids = await startUntil(
    stage,
    'Run something long',
    ({ method }) => method === 'item/commandExecution/outputDelta',
  );
  await stage.driver.request('turn/interrupt', ids);
  await stage.driver.waitFor(isEnd);
  await stage.driver.request('thread/backgroundTerminals/clean', { threadId: ids.threadId });
  // It comes after the end of its turn, with the turn's id.
  await stage.driver.waitFor(isOfItem('item/completed', 'commandExecution'));
}

async function steer(stage: Stage): Promise<void> {
  stage.model.respond(({ index }) => (index === 0 ? halfAnswer() : modelTurn(message('In French then: bonjour.'))));
  const { threadId, turnId } = await startUntil(stage, 'Say hello', isDelta);
  await stage.driver.request('turn/steer', {
    threadId,
    expectedTurnId: turnId,
    clientUserMessageId: 'message-2',
    input: [{ type: 'text', text: 'In French', text_elements: [] }],
  });
  await stage.driver.waitFor(isEnd);
}

/** The stream breaks in the middle of a message; the second attempt is complete. */
async function retry(stage: Stage): Promise<void> {
  stage.model.respond(({ index }) => {
    // A pause, so that what came before the break is not lost with it.
    const broken: Step[] = [...halfAnswer().slice(0, -1), { type: 'pause', ms: 100 }, { type: 'drop' }];
    return index === 0 ? broken : modelTurn(message('The whole answer'));
  });
  await stage.driver.runTurn(await startThread(stage, FREE), 'Tell me everything');
}

/** A second `turn/start` while a turn runs: the server steers with it and answers with the id of the running turn. */
async function secondStart(stage: Stage): Promise<void> {
  stage.model.respond(({ index }) => (index === 0 ? halfAnswer() : modelTurn(message('In French then: bonjour.'))));
  const { threadId } = await startUntil(stage, 'Say hello', isDelta);
  await stage.driver.request('turn/start', {
    threadId,
    clientUserMessageId: 'message-2',
    input: [{ type: 'text', text: 'In French', text_elements: [] }],
  });
  await stage.driver.waitFor(isEnd);
}

/** The stream ends without saying so, after a whole message: that message is complete, and the retry says it again. */
async function retryRepeats(stage: Stage): Promise<void> {
  stage.model.respond(({ index }) => {
    const whole = modelTurn(message('The whole answer'));
    return index === 0 ? [...whole.slice(0, -1), { type: 'end' }] : whole;
  });
  await stage.driver.runTurn(await startThread(stage, FREE), 'Tell me everything');
}

/** A command that outlives its turn by itself: its last words and its end carry the id of the finished turn. */
async function lateCommand(stage: Stage): Promise<void> {
  const { driver, model } = stage;
  const command = execCommand("printf 'early\\n'; sleep 2; printf 'late\\n'", { yieldTimeMs: 300 });
  model.respond(answers([command], [message('It still runs.')], [message('Another answer.')]));
  const threadId = await startThread(stage, FREE);
  await driver.runTurn(threadId, 'Run something long');
  await driver.runTurn(threadId, 'And now?');
  await driver.waitFor(isOfItem('item/completed', 'commandExecution'));
}

/** A message that waits in the server's queue: its turn begins by itself, when the one before it has ended. */
async function queue(stage: Stage): Promise<void> {
  const { driver, model } = stage;
  const paced = new PacedMessage(['First', 'answer.']);
  model.respond(({ index }) => modelTurn(index === 0 ? paced.steps : message('Second answer.')));
  paced.say();
  const { threadId } = await startUntil(stage, 'The first question', isDelta);
  await driver.request('thread/queue/add', {
    threadId,
    clientUserMessageId: 'message-2',
    input: [{ type: 'text', text: 'The second question', text_elements: [] }],
  });
  paced.finish();
  await driver.waitFor(isNthEnd(2));
}

/** The person's own command, in a thread where nothing runs: a turn that no response announces. */
async function shellCommand(stage: Stage): Promise<void> {
  const threadId = await startThread(stage, FREE);
  await stage.driver.request('thread/shellCommand', { threadId, command: 'echo by hand' });
  await stage.driver.waitFor(isEnd);
}

/** The person's own command while a turn runs: its item belongs to that turn. */
async function shellCommandInTurn(stage: Stage): Promise<void> {
  const { driver, model } = stage;
  const paced = new PacedMessage(['An', 'answer.']);
  model.respond(({ index }) => modelTurn(index === 0 ? paced.steps : message('I saw your command.')));
  paced.say();
  const { threadId } = await startUntil(stage, 'A question', isDelta);
  await driver.request('thread/shellCommand', { threadId, command: 'echo by hand' });
  await driver.waitFor(isOfItem('item/completed', 'commandExecution'));
  paced.finish();
  await driver.waitFor(isEnd);
}

async function compaction(stage: Stage): Promise<void> {
  const { driver, model } = stage;
  model.respond(answers([message('First answer.')], [message('A summary of it.')]));
  const threadId = await startThread(stage, FREE);
  await driver.runTurn(threadId, 'What is this project?');
  const before = driver.notifications.length;
  await driver.request('thread/compact/start', { threadId });
  await driver.waitFor((event) => isEnd(event) && driver.notifications.indexOf(event) >= before);
}

async function review(stage: Stage): Promise<void> {
  stage.model.respond(answers([message(JSON.stringify(REVIEW))]));
  const threadId = await startThread(stage, FREE);
  const target = { type: 'custom', instructions: 'Look at greet.js' };
  await stage.driver.request('review/start', { threadId, target, delivery: 'inline' });
  await stage.driver.waitFor(isEnd);
}

/** Only the id that `turn/started` gives, not the one of the response, stops a review. */
async function reviewInterrupted(stage: Stage): Promise<void> {
  const { driver, model } = stage;
  model.respond(halfAnswer);
  const threadId = await startThread(stage, FREE);
  const target = { type: 'custom', instructions: 'Look at greet.js' };
  await driver.request('review/start', { threadId, target, delivery: 'inline' });
  const started = await driver.waitFor(({ method }) => method === 'turn/started');
  await driver.waitFor(isOfItem('item/started', 'agentMessage'));
  await driver.request('turn/interrupt', { threadId, turnId: (started.params.turn as { id: string }).id });
  await driver.waitFor(isEnd);
}

/** Two threads that stream at the same time, the first with a command. */
async function twoThreads(stage: Stage): Promise<void> {
  stage.model.respond(({ userText, toolOutputs }) => {
    const chunks = userText.split(/(?<= )/);
    const echo = message(userText, { chunks, gapMs: 15 });
    return userText.startsWith('First') && toolOutputs.length === 0
      ? modelTurn(execCommand('echo from the first'))
      : modelTurn(echo);
  });
  const first = await startThread(stage, FREE);
  const second = await startThread(stage, FREE);
  await Promise.all([
    stage.driver.runTurn(first, 'First thread says a few words of its own'),
    stage.driver.runTurn(second, 'Second thread says other words, one after the other, and more of them'),
  ]);
}
