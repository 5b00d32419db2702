import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Highlighter, type NamedTheme, type WorkerLike } from '../../../../webview/ui/code/highlighter';
import type { CodeLine, FromHighlightWorker, ToHighlightWorker } from '../../../../webview/ui/code/highlighting';
import { eventually } from '../../../support/eventually';

const LINE: CodeLine = [{ length: 1, color: '#ff0000', fontStyle: 0 }];
const theme = (name: string): NamedTheme => ({ name, isLight: false, rules: [] });

class FakeWorker implements WorkerLike {
  onmessage: WorkerLike['onmessage'] = null;
  onerror: WorkerLike['onerror'] = null;
  readonly received: ToHighlightWorker[] = [];
  isTerminated = false;

  postMessage(message: ToHighlightWorker): void {
    this.received.push(message);
  }

  terminate(): void {
    this.isTerminated = true;
  }

  get codes(): string[] {
    return this.received.flatMap((message) => (message.type === 'code' ? [message.code] : []));
  }

  /** Answers the last code with one line. */
  answer(): void {
    const last = this.received.findLast((message) => message.type === 'code');
    if (!last) throw new Error('no code');
    this.say({ type: 'chunk', id: last.id, index: 0, lines: [LINE] });
    this.say({ type: 'done', id: last.id });
  }

  private say(data: FromHighlightWorker): void {
    this.onmessage?.(new MessageEvent('message', { data }));
  }
}

let workers: FakeWorker[];
let highlighter: Highlighter;

beforeEach(() => {
  vi.useFakeTimers();
  workers = [];
  highlighter = new Highlighter({
    startWorker: () => {
      workers.push(new FakeWorker());
      return Promise.resolve(workers.at(-1)!);
    },
    whenIdle: (callback) => void setTimeout(callback),
  });
});

afterEach(() => {
  vi.useRealTimers();
});

function ask(code: string, name = 'a') {
  const onChunk = vi.fn<(index: number, lines: readonly CodeLine[]) => void>();
  return { onChunk, cancel: highlighter.highlight({ code, grammar: 'json', theme: theme(name) }, onChunk) };
}

/** Lets everything happen that needs no time, and the grammar be loaded. */
async function settle(condition: () => boolean): Promise<void> {
  await eventually(() => {
    vi.advanceTimersByTime(1);
    expect(condition()).toBe(true);
  });
}

describe('The highlighter', () => {
  it('tells a grammar and a theme once, before the first code that needs them', async () => {
    ask('1');
    await settle(() => workers[0]?.codes.length === 1);
    workers[0]!.answer();
    ask('2');
    await settle(() => workers[0]?.codes.length === 2);
    expect(workers[0]!.received.map(({ type }) => type)).toEqual(['grammar', 'theme', 'code', 'code']);
  });

  it('takes what was asked for last first, one at a time, and drops what nobody wants any more', async () => {
    ask('1');
    await settle(() => workers[0]?.codes.length === 1);
    ask('2');
    const dropped = ask('3');
    ask('4');
    dropped.cancel();
    expect(workers[0]!.codes).toEqual(['1']);
    workers[0]!.answer();
    await settle(() => workers[0]?.codes.length === 2);
    workers[0]!.answer();
    await settle(() => workers[0]?.codes.length === 3);
    expect(workers[0]!.codes).toEqual(['1', '4', '2']);
  });

  it('gives what it remembers at once', async () => {
    const first = ask('1');
    await settle(() => workers[0]?.codes.length === 1);
    workers[0]!.answer();
    await settle(() => first.onChunk.mock.calls.length === 1);
    const again = ask('1');
    expect(again.onChunk.mock.calls).toEqual([[0, [LINE]]]);
    const otherTheme = ask('1', 'b');
    expect(otherTheme.onChunk).not.toHaveBeenCalled();
  });

  it('calls nobody back who does not want it any more', async () => {
    const { onChunk, cancel } = ask('1');
    await settle(() => workers[0]?.codes.length === 1);
    cancel();
    workers[0]!.answer();
    vi.advanceTimersByTime(1000);
    expect(onChunk).not.toHaveBeenCalled();
  });

  it('leaves long code plain', () => {
    ask('\n'.repeat(2001));
    ask('x'.repeat(200_001));
    vi.advanceTimersByTime(1000);
    expect(workers).toEqual([]);
  });

  it('ends a worker that does not answer, and goes on with a new one', async () => {
    const stuck = ask('1');
    await settle(() => workers[0]?.codes.length === 1);
    ask('2');
    vi.advanceTimersByTime(30_000);
    expect(workers[0]!.isTerminated).toBe(true);
    await settle(() => workers[1]?.codes.length === 1);
    expect(workers[1]!.received.map(({ type }) => type)).toEqual(['grammar', 'theme', 'code']);
    expect(stuck.onChunk).not.toHaveBeenCalled();
  });

  it('goes on with a new worker where one ends while it is being told a grammar', async () => {
    class EndsEarly extends FakeWorker {
      override postMessage(message: ToHighlightWorker): void {
        super.postMessage(message);
        if (message.type === 'theme') this.onerror?.(new Event('error') as ErrorEvent);
      }
    }
    const startWorker = (): Promise<WorkerLike> => {
      workers.push(workers.length === 0 ? new EndsEarly() : new FakeWorker());
      return Promise.resolve(workers.at(-1)!);
    };
    highlighter = new Highlighter({ startWorker, whenIdle: (callback) => void setTimeout(callback) });
    ask('1');
    await settle(() => workers[0]?.isTerminated === true);
    const { onChunk } = ask('2');
    await settle(() => workers[1]?.codes.length === 1);
    workers[1]!.answer();
    await settle(() => onChunk.mock.calls.length === 1);
    expect([workers[0]!.codes, workers[1]!.codes]).toEqual([[], ['2']]);
  });

  it('gives up where there can be no worker', async () => {
    const start = vi.fn<() => Promise<WorkerLike>>().mockRejectedValue(new Error('none here'));
    highlighter = new Highlighter({ startWorker: start, whenIdle: (callback) => void setTimeout(callback) });
    ask('1');
    await settle(() => start.mock.calls.length === 1);
    await vi.advanceTimersByTimeAsync(10);
    ask('2');
    await vi.advanceTimersByTimeAsync(10);
    expect(start).toHaveBeenCalledTimes(1);
  });
});
