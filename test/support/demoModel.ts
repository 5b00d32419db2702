import { explainProject, explainSource, printed, readTestRun, type TestRun } from './demoReading';
import {
  applyPatch,
  customCall,
  execCommand,
  message,
  type MessagePhase,
  type ModelAnswer,
  type ModelCall,
  type ModelServer,
  modelTurn,
  reasoning,
  startModelServer,
  type Step,
  type ToolOutput,
} from './modelServer';

export interface DemoModelOptions {
  /** Time between two words, in milliseconds; the model thinks for 20 of them before it begins. */
  readonly gapMs?: number;
}

/** How long a command may take before what it has printed is taken for all. */
const COMMAND_MS = 30_000;
const READ_LINES = 60;
const RUN_TESTS = 'node --test-reporter=spec tests.js';
const BUGGY_FILE = 'src/offers.js';
const BUGGY_LINE = '  return Math.round(quantity / size);';
const FIXED_LINE = '  return Math.floor(quantity / size);';
const FIX = `*** Begin Patch
*** Update File: ${BUGGY_FILE}
@@
-${BUGGY_LINE}
+${FIXED_LINE}
*** End Patch`;

/**
 * Starts a model that needs no account: it shows people around the sample workspace with real commands and real
 * changes. It keeps no state, so any number of conversations can talk to it at once.
 */
export async function startDemoModel({ gapMs = 25 }: DemoModelOptions = {}): Promise<ModelServer> {
  const server = await startModelServer();
  server.respond((call) => demoAnswer(call, gapMs));
  return server;
}

/** What the demo model says to a call; `gapMs` as in {@link DemoModelOptions}. */
export function demoAnswer(call: ModelCall, gapMs: number): ModelAnswer {
  const thinking: Step = { type: 'pause', ms: gapMs * 20 };
  return [thinking, ...modelTurn(...answer(call, new Voice(call, gapMs)))];
}

/** How the demo speaks: word by word, with calls in the shape that the conversation's model uses. */
class Voice {
  private readonly writesCode: boolean;
  private readonly inPowerShell: boolean;

  constructor(
    call: ModelCall,
    private readonly gapMs: number,
  ) {
    // Most models of the catalogue have one tool, `exec`, and call the others from JavaScript.
    this.writesCode = !(call.request.body.tools ?? []).some(({ name }) => name === 'exec_command');
    this.inPowerShell = JSON.stringify(call.request.body.input).includes('<shell>powershell</shell>');
  }

  think(text: string): Step[] {
    return reasoning(text, this.words(text));
  }

  remark(text: string): Step[] {
    return this.say(text, 'commentary');
  }

  conclude(text: string): Step[][] {
    return [this.say(text, 'final_answer')];
  }

  run(cmd: string, escalated = false): Step[] {
    const justification = escalated ? 'The sandbox does not work on this computer. Run it without?' : undefined;
    if (!this.writesCode) return execCommand(cmd, { escalated, justification, yieldTimeMs: COMMAND_MS });
    const permissions = escalated ? { sandbox_permissions: 'require_escalated', justification } : {};
    const args = JSON.stringify({ cmd, login: false, yield_time_ms: COMMAND_MS, ...permissions });
    return customCall('exec', `const result = await tools.exec_command(${args});\ntext(result.output);\n`);
  }

  read(file: string): Step[] {
    if (this.inPowerShell) return this.run(`Get-Content ${file} -TotalCount ${READ_LINES}`);
    return this.run(`sed -n 1,${READ_LINES}p ${file}`);
  }

  readProject(): Step[] {
    return this.run(this.inPowerShell ? 'Get-Content README.md' : 'cat README.md; wc -l src/*.js');
  }

  patch(patch: string): Step[] {
    if (!this.writesCode) return applyPatch(patch);
    return customCall('exec', `text(await tools.apply_patch(${JSON.stringify(patch)}));\n`);
  }

  private say(text: string, phase: MessagePhase): Step[] {
    return message(text, { ...this.words(text), phase });
  }

  private words(text: string): { chunks: readonly string[]; gapMs: number } {
    return { chunks: text.match(/\s*\S+\s*/g) ?? [text], gapMs: this.gapMs };
  }
}

function answer(call: ModelCall, voice: Voice): Step[][] {
  const last = call.toolOutputs.at(-1);
  if (last && isBlocked(last)) {
    return [
      voice.remark('The sandbox does not work here, so I ask to run it without.'),
      voice.run(commandOf(last), true),
    ];
  }
  const wish = call.userText.trim();
  if (/^(please )?(explain|describe)\b/i.test(wish)) return explain(call, voice);
  if (/\b(fix|repair|debug|bug|failing)\b/i.test(wish)) return fix(call, voice);
  if (/\b(run|execute|start|check)\b.*\btests?\b|\btests?\b.*\b(pass|green|run)|^tests?$/i.test(wish))
    return test(call, voice);
  if (/\b(explain|describe|what does|how does|what is|walk me through)\b/i.test(wish)) return explain(call, voice);
  return voice.conclude(INTRODUCTION);
}

const INTRODUCTION = `Hello! I am the **demo model**: a small script instead of an AI, so that you can try Switchyard \
without an account. Everything around me is real: Codex, its sandbox, the commands and the changes to your files.

Three things to try:

1. **Explain src/basket.js** (or another file)
2. **Run the tests**
3. **Find and fix the failing test**, and decide yourself whether the change is written

Open a second conversation and let both work at once. To talk to a real model, start with your own Codex account:

\`\`\`sh
npm start -- --account
\`\`\``;

function explain({ userText, toolOutputs }: ModelCall, voice: Voice): Step[][] {
  const file = fileIn(userText);
  const [read] = toolOutputs.slice(-1);
  if (!read) {
    if (file === undefined) {
      const look = voice.think('**Looking around**\n\nThe README and the sizes of the files give the overview.');
      return [look, voice.readProject()];
    }
    return [voice.think(`**Reading the file**\n\nI want to see what ${file} does now.`), voice.read(file)];
  }
  const source = printed(read.text);
  if (file === undefined) return voice.conclude(explainProject(source));
  if (/^(sed|Get-Content)\b|No such file/.test(source) || source.trim() === '') {
    return voice.conclude(`I could not read \`${file}\`. Is the path right?\n\n${quoted(source)}`);
  }
  const hint = source.includes(BUGGY_LINE)
    ? '\n\nOne thing looks odd: `Math.round` also gives **two** pieces a free one. Shall I **fix the failing test**?'
    : '';
  return voice.conclude(explainSource(file, source, READ_LINES) + hint);
}

function test({ toolOutputs }: ModelCall, voice: Voice): Step[][] {
  const [output] = toolOutputs.slice(-1);
  if (!output) return [voice.remark('I run the tests of the project.'), voice.run(RUN_TESTS)];
  const run = readTestRun(output.text);
  if (!run) return couldNotRun(output, voice);
  if (run.failures.length === 0) return voice.conclude(`**All ${run.passed} tests pass.**`);
  return voice.conclude(`${failuresOf(run)}\n\nSay **fix the failing test** and I look for the cause.`);
}

function fix({ toolOutputs }: ModelCall, voice: Voice): Step[][] {
  const [output] = toolOutputs.slice(-1);
  const patched = toolOutputs.some(isPatch);
  if (!output) {
    const plan = voice.think('**Reproducing the failure**\n\nFirst I want to see which test fails, and how.');
    return [plan, voice.remark('I run the tests first.'), voice.run(RUN_TESTS)];
  }
  if (isPatch(output)) return afterPatch(output, voice);
  if (!commandOf(output).includes(RUN_TESTS)) return afterReading(output, voice);
  const run = readTestRun(output.text);
  if (!run) return couldNotRun(output, voice);
  if (patched) return afterFix(run, voice);
  if (run.failures.length === 0) {
    return voice.conclude(`There is nothing to fix any more: **all ${run.passed} tests pass.**`);
  }
  const next = `${failuresOf(run)}\n\nThey count the free pieces of an offer, so I look at \`${BUGGY_FILE}\`.`;
  return [voice.remark(next), voice.read(BUGGY_FILE)];
}

function afterReading({ text }: ToolOutput, voice: Voice): Step[][] {
  if (!text.includes(BUGGY_LINE)) {
    return voice.conclude(
      `\`${BUGGY_FILE}\` has changed: the mistake that I know, \`${BUGGY_LINE.trim()}\`, is no longer in it. ` +
        'The tests fail for another reason, and a demo model cannot find it. I have changed nothing.',
    );
  }
  const thought = '**Finding the cause**\n\nTwo of three is 0.67. Rounded, that is 1: a free piece too early.';
  const cause = `Found it. \`freePieces\` **rounds** where it must **cut off**:

- 2 pieces: \`Math.round(2 / 3)\` is 1, but nothing is free yet
- 5 pieces: \`Math.round(5 / 3)\` is 2, but only one is free

\`Math.floor\` counts full groups only.`;
  return [voice.think(thought), voice.remark(cause), voice.patch(FIX)];
}

function afterPatch({ text }: ToolOutput, voice: Voice): Step[][] {
  if (/read-only sandbox|approval settings/.test(text)) {
    return voice.conclude(
      'This conversation may only read, so the change was not written. Switch the mode to **Ask** or **Agent** and ask again.',
    );
  }
  if (/rejected by user|aborted by user|approval request failed/.test(text)) {
    return voice.conclude(
      `All right, I leave \`${BUGGY_FILE}\` as it is. The tests go on failing until it is changed.`,
    );
  }
  if (/verification failed|Failed to find/.test(text)) {
    return voice.conclude(
      `Your editor holds another text of \`${BUGGY_FILE}\` than the disk, and the line that I wanted to change is not in it. ` +
        'I have changed nothing. Save the file and ask again.',
    );
  }
  if (!/Success|^\{\}$/m.test(text)) return voice.conclude(`The change could not be written:\n\n${quoted(text)}`);
  return [voice.remark('The change is written. I run the tests again.'), voice.run(RUN_TESTS)];
}

function afterFix(run: TestRun, voice: Voice): Step[][] {
  if (run.failures.length > 0) {
    return voice.conclude(
      `The change is made, but the tests do not pass yet. They read the files on disk: if \`${BUGGY_FILE}\` has unsaved ` +
        `changes, save it and say **run the tests**.\n\n${failuresOf(run)}`,
    );
  }
  return voice.conclude(`Fixed: **all ${run.passed} tests pass.**

- **Cause**: \`freePieces\` in \`${BUGGY_FILE}\` rounded up, so customers got a free piece too early
- **Change**: one line, \`Math.round\` became \`Math.floor\``);
}

function couldNotRun({ text }: ToolOutput, voice: Voice): Step[][] {
  return voice.conclude(
    `I could not run the tests with \`${RUN_TESTS}\`. The demo model knows only the sample workspace; for your own ` +
      `folder start with \`npm start -- --account\`.\n\n${quoted(printed(text))}`,
  );
}

function failuresOf({ passed, failures }: TestRun): string {
  const list = failures.map(({ name, place, difference }) => {
    return `- ${name}${place ? ` (\`${place}\`)` : ''}${difference ? `: \`${difference}\`` : ''}`;
  });
  const verb = failures.length === 1 ? 'fails' : 'fail';
  return `**${failures.length} of ${passed + failures.length} tests ${verb}:**\n\n${list.join('\n')}`;
}

function quoted(text: string): string {
  return `\`\`\`text\n${text.trim().slice(0, 600)}\n\`\`\``;
}

const TOPICS: Readonly<Record<string, string>> = {
  basket: 'src/basket.js',
  discount: 'src/offers.js',
  money: 'src/money.js',
  offer: 'src/offers.js',
  receipt: 'src/receipt.js',
};

/** The file that is meant: by its path, by its name alone, or by what it is about. */
function fileIn(text: string): string | undefined {
  const named = /\/?(?:[\w.-]+\/)*\w[\w.-]*\.(?:[cm]?[jt]sx?|json|md|css|html|py)\b/.exec(text)?.[0];
  if (named === undefined) return Object.entries(TOPICS).find(([topic]) => text.toLowerCase().includes(topic))?.[1];
  return Object.values(TOPICS).find((file) => file.endsWith(`/${named}`)) ?? named;
}

function isPatch({ input }: ToolOutput): boolean {
  return input.includes('*** Begin Patch');
}

function commandOf({ input }: ToolOutput): string {
  const json = /\{.*\}/.exec(input)?.[0];
  return json === undefined ? '' : ((JSON.parse(json) as { cmd?: string }).cmd ?? '');
}

/** True when the sandbox itself could not start, and running without it was not yet tried. */
function isBlocked({ input, text }: ToolOutput): boolean {
  return (
    !input.includes('require_escalated') && /^(bwrap|codex-linux-sandbox|sandbox-exec): |LandlockRestrict/m.test(text)
  );
}
