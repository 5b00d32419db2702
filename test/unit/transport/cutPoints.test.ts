import { afterEach, describe, expect, it } from 'vitest';
import { hasReason } from '../../../src/base/errors';
import { type FakeStep, settle, type WireMessage } from '../../support/fakeAppServer';
import { readTranscript, type TranscriptLine } from '../../support/replay';
import { becomes, disposeSupervised, supervise } from '../../support/supervised';
import {
  cutBatches,
  type Cut,
  isNotification,
  isResponse,
  type Outcome,
  PipedServer,
  random,
  serverBatches,
  serverBytes,
  TranscriptClient,
} from '../../support/transcriptPlayer';

/** Those in which no two requests have the same method, so that a scripted process can tell them apart. */
const ONE_OF_EACH = [
  'answer',
  'command',
  'command-accepted',
  'files-declined',
  'files-cancelled',
  'interrupt-mid-stream',
  'steer',
  'retry',
  'queue',
  'shell-command-in-turn',
  'compaction',
  'review-interrupted',
];
const ALL = [...ONE_OF_EACH, 'second-start', 'late-command', 'two-threads', 'interrupt-command', 'error-500'];
const IN_MEMORY_CUTS = 460;
const PROCESS_CUTS = 40;
const AT_ONCE = 4;

interface CutPoint {
  readonly name: string;
  readonly bytes: number;
}

/** Where to cut: decided by the seed, so that a failure can be repeated. */
function cutPoints(names: readonly string[], count: number, seed: number): CutPoint[] {
  const next = random(seed);
  return Array.from({ length: count }, (_, index) => {
    const name = names[index % names.length] ?? '';
    return { name, bytes: Math.floor(next() * serverBytes(readTranscript(name))) };
  });
}

/** Makes the fake say, after each message of the client, what is left of the transcript, and end at the cut. */
function answerFrom(server: PipedServer, transcript: readonly TranscriptLine[], cuts: readonly Cut[]): void {
  const outgoing = transcript.filter(({ dir }) => dir === 'out');
  const ids = new Map<unknown, WireMessage['id']>();
  let next = 0;
  server.fake.onMessage = ({ id }) => {
    const cut = cuts[next];
    if (outgoing[next]?.message.method !== undefined) ids.set(outgoing[next]?.message.id, id);
    next += 1;
    for (const line of cut?.whole ?? []) {
      const { message } = line;
      server.fake.send(isResponse(line) ? { ...message, id: ids.get(message.id) } : message);
    }
    if (!cut?.isCut) return;
    server.fake.stdout.write(cut.rest);
    server.fake.stdout.end();
  };
}

/** Nothing is left to wait for, and each promise ended as what had arrived of its answer allows. */
function expectNothingPending(played: TranscriptClient, cuts: readonly Cut[], point: CutPoint): void {
  const arrived = cuts.flatMap(({ whole }) => whole);
  const answered = arrived.filter(isResponse).map(({ message }) => String(message.id));
  const completed = arrived.flatMap(({ message: { method, params } }) =>
    method === 'turn/completed' ? [(params?.turn as { id: string }).id] : [],
  );
  expect({ point, heard: played.heard.map(({ method }) => method) }).toEqual({
    point,
    heard: arrived.filter(isNotification).map(({ message }) => message.method),
  });
  for (const [what, outcome] of played.outcomes) {
    const [kind = '', id = ''] = what.split(' ');
    const isTurn = kind === 'stream' || kind === 'run';
    const mayBeKept = isTurn ? completed.includes(id) : kind === 'approval' || answered.includes(id);
    expect({ point, what, outcome: describeOutcome(outcome) }).toEqual({
      point,
      what,
      outcome: mayBeKept ? (expect.stringMatching(/^(kept|lost|failed|closed)$/) as string) : 'lost',
    });
    if (isTurn && mayBeKept)
      expect({ point, what, lost: describeOutcome(outcome) === 'lost' }).toMatchObject({ lost: false });
  }
  expect({ point, approvals: played.conversation.view.approvals }).toEqual({ point, approvals: [] });
}

function describeOutcome(outcome: Outcome): string {
  if (typeof outcome === 'string') return outcome;
  if (hasReason(outcome, 'connectionLost') || hasReason(outcome, 'startFailed')) return 'lost';
  if (hasReason(outcome, 'turnFailed')) return 'failed';
  return hasReason(outcome, 'rpc') ? 'closed' : String(outcome);
}

/** Seconds where the machine is free; this is for one that is busy, and ends a test that hangs. */
const BUSY = { timeout: 60_000 };

describe('a server whose words end anywhere', () => {
  it(
    `T8: leaves no promise pending when its output ends at any of ${IN_MEMORY_CUTS} bytes of a transcript`,
    BUSY,
    async () => {
      for (const point of cutPoints(ALL, IN_MEMORY_CUTS, 3)) {
        const transcript = readTranscript(point.name);
        const cuts = cutBatches(serverBatches(transcript), point.bytes);
        const server = new PipedServer();
        answerFrom(server, transcript, cuts);
        const played = new TranscriptClient(server);
        await played.play(transcript);
        await played.gone();
        await settle();
        expect(server.state).toMatchObject({ kind: 'failed', error: { reason: 'connectionLost' } });
        expectNothingPending(played, cuts, point);
        played.dispose();
      }
    },
  );
});

describe('a server whose input is gone before its last words are read', () => {
  // As Node does it: the child's stdin is destroyed when the child exits, which may be before stdout was read.
  it('T8: is heard to its end', async () => {
    const transcript = readTranscript('shell-command');
    const server = new PipedServer();
    const played = new TranscriptClient(server);
    server.fake.stdin.destroy();
    await settle();
    for (const line of transcript.filter(isNotification)) server.fake.send(line.message);
    server.fake.stdout.end();
    await played.gone();
    expect(played.heard.at(-1)?.method).toBe('turn/completed');
    played.dispose();
  });
});

describe('a server that goes while it waits for an answer', () => {
  const asking = ['command-accepted', 'command-declined', 'files-accepted', 'files-cancelled'];

  it.each(asking)('T8: closes the question of %s, which nobody has answered', async (name) => {
    const transcript = readTranscript(name);
    const cuts = cutBatches(serverBatches(transcript), Infinity);
    const server = new PipedServer();
    answerFrom(server, transcript, cuts);
    const played = new TranscriptClient(server, { decides: false });
    const playing = played.play(transcript);
    await played.asked();
    server.fake.stdout.end();
    await playing;
    await settle();
    expect(played.conversation.view.approvals).toEqual([]);
    expect([...played.outcomes.values()]).not.toContain('pending');
    const approvals = [...played.outcomes].filter(([what]) => what.startsWith('approval'));
    expect(approvals.map(([, outcome]) => describeOutcome(outcome))).toEqual(['closed']);
    played.dispose();
  });
});

describe('a process that is killed anywhere', () => {
  afterEach(disposeSupervised);

  /** What the process does after each message of the client, until it kills itself. */
  function scriptOf(transcript: readonly TranscriptLine[], cuts: readonly Cut[]): Record<string, FakeStep[]> {
    const outgoing = transcript.filter(({ dir }) => dir === 'out');
    const keys = outgoing.map(({ message }) => message.method ?? 'answer');
    if (new Set(keys).size !== keys.length) throw new Error('Two messages of the client look alike');
    return Object.fromEntries(keys.map((key, index) => [key, stepsOf(cuts[index])]));
  }

  function stepsOf(cut: Cut | undefined): FakeStep[] {
    const send = cut?.whole.map((line) => (isResponse(line) ? { ...line.message, id: '$id' } : line.message)) ?? [];
    const end: FakeStep[] = cut?.isCut ? [{ raw: cut.rest.toString('latin1'), signal: 'SIGKILL' }] : [];
    return [{ send }, ...end];
  }

  async function killAt(point: CutPoint): Promise<void> {
    const transcript = readTranscript(point.name);
    const cuts = cutBatches(serverBatches(transcript), point.bytes);
    const { server } = supervise([{ on: scriptOf(transcript, cuts) }]);
    await server.start();
    const played = new TranscriptClient(server);
    const waiting = becomes(server, 'waiting');
    await played.play(transcript);
    expect(await waiting).toMatchObject({ attempt: 1, retryInMs: 250, error: { reason: 'startFailed' } });
    await settle();
    expectNothingPending(played, cuts, point);
    played.dispose();
    await server.dispose();
  }

  it(`T8: leaves no promise pending at ${PROCESS_CUTS} points, and waits to start anew`, BUSY, async () => {
    const points = cutPoints(ONE_OF_EACH, PROCESS_CUTS, 7);
    for (let next = 0; next < points.length; next += AT_ONCE) {
      await Promise.all(points.slice(next, next + AT_ONCE).map(killAt));
    }
  });
});
