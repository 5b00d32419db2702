import { beforeEach, describe, expect, it } from 'vitest';
import { type Death, Heartbeat, Revivals } from '../../../../src/surfaces/chat/heartbeat';
import { ManualTimer } from '../../../support/manualServer';

const BEAT_MS = 5_000;

let clock: ManualTimer;
let nowMs: number;
/** Whether the editor's own window answers at once, fails, or not at all. */
let editor: 'answers' | 'fails' | 'silent';
let hears: boolean;
let pings: number;
let deaths: Death[];
let givenUp: number;
let revivals: Revivals;
let heartbeat: Heartbeat;

beforeEach(() => {
  clock = new ManualTimer();
  [nowMs, pings, givenUp, editor, hears, deaths] = [0, 0, 0, 'answers', false, []];
  revivals = new Revivals(() => nowMs);
  heartbeat = new Heartbeat(
    {
      ping: () => {
        pings += 1;
        if (hears) heartbeat.heard();
      },
      reachEditor: () => {
        if (editor === 'silent') return new Promise(() => undefined);
        return editor === 'fails' ? Promise.reject(new Error('gone')) : Promise.resolve();
      },
      revive: (death) => deaths.push(death),
      giveUp: () => (givenUp += 1),
    },
    clock.timer,
    revivals,
  );
});

async function beats(count: number, everyMs = BEAT_MS): Promise<void> {
  for (let beat = 0; beat < count; beat++) {
    nowMs += everyMs;
    clock.elapse();
    await new Promise(setImmediate);
  }
}

/** A page that was loaded and has answered. */
async function live(): Promise<void> {
  heartbeat.start();
  heartbeat.heard();
  await beats(1);
}

describe('the heartbeat of a page', () => {
  it('leaves a page alone that answers', async () => {
    hears = true;
    await live();
    await beats(100);
    expect([pings > 90, deaths, givenUp]).toEqual([true, [], 0]);
  });

  it('revives a page that stops answering, after some beats', async () => {
    await live();
    await beats(2);
    expect(deaths).toEqual([]);
    await beats(1);
    expect(deaths).toEqual([{ wasLoading: false, attempt: 1 }]);
  });

  it('gives a page that is loading more time, and asks it nothing', async () => {
    heartbeat.start();
    await beats(5);
    expect([deaths, pings]).toEqual([[], 0]);
    await beats(1);
    expect(deaths).toEqual([{ wasLoading: true, attempt: 1 }]);
  });

  it('forgets missed beats with the first answer', async () => {
    await live();
    for (let round = 0; round < 5; round++) {
      await beats(2);
      heartbeat.heard();
      await beats(1);
    }
    expect(deaths).toEqual([]);
  });

  it.each(['silent', 'fails'] as const)(
    'blames no page while the editor itself is out of reach (%s)',
    async (state) => {
      await live();
      editor = state;
      await beats(100);
      expect(deaths).toEqual([]);
    },
  );

  it('counts a long time out of reach as one missed beat, however many passed', async () => {
    const answers: (() => void)[] = [];
    heartbeat = new Heartbeat(
      {
        ping: () => undefined,
        reachEditor: () => new Promise<void>((resolve) => answers.push(resolve)),
        revive: (death) => deaths.push(death),
        giveUp: () => undefined,
      },
      clock.timer,
      revivals,
    );
    await live();
    await beats(50);
    for (const answer of answers) answer();
    await beats(1);
    expect(deaths).toEqual([]);
  });

  it('blames no page for the time in which the machine stood still', async () => {
    await live();
    for (let night = 0; night < 5; night++) {
      await beats(2);
      await beats(1, 8 * 60 * 60_000);
    }
    expect(deaths).toEqual([]);
  });

  it('watches nothing while the page is hidden', async () => {
    await live();
    heartbeat.stop();
    await beats(20);
    expect([deaths, clock.waits]).toEqual([[], []]);
  });

  it('gives up a page that dies again and again, and watches it no longer', async () => {
    heartbeat.start();
    await beats(30);
    expect([deaths.map(({ attempt }) => attempt), givenUp, clock.waits]).toEqual([[1, 2, 3], 1, []]);
  });

  it('begins to count anew when the person wants another try', async () => {
    heartbeat.start();
    await beats(30);
    revivals.forget();
    heartbeat.start();
    await beats(6);
    expect([deaths.map(({ attempt }) => attempt), givenUp]).toEqual([[1, 2, 3, 1], 1]);
  });

  it('does not count deaths that are long ago', async () => {
    for (let death = 0; death < 10; death++) {
      await live();
      await beats(3);
      hears = true;
      heartbeat.heard();
      await beats(60);
      hears = false;
    }
    expect([deaths.length, givenUp]).toEqual([10, 0]);
  });
});
