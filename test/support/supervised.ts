import type { ServerState } from '../../src/transport/appServer';
import { AppServerProcess, type SupervisorOptions } from '../../src/transport/appServerProcess';
import { eventually } from './eventually';
import { fakeLaunch, type FakeScript, type FakeStep, isRunning, LineLogger } from './fakeAppServer';

/** A supervisor over fake processes, and what can be seen of it. */
export interface Supervised {
  readonly server: AppServerProcess;
  readonly logger: LineLogger;
  /** Every state since it was made. */
  readonly states: readonly ServerState[];
  readonly kinds: () => ServerState['kind'][];
  /** How often a process was asked for. */
  readonly starts: () => number;
}

const supervised: AppServerProcess[] = [];

/** A supervisor whose process follows the scripts, one for each start; the last one repeats. */
export function supervise(scripts: readonly FakeScript[] = [{}], options: Partial<SupervisorOptions> = {}): Supervised {
  let starts = 0;
  const logger = new LineLogger();
  const server = new AppServerProcess({
    resolve: () => {
      starts += 1;
      return Promise.resolve(fakeLaunch(scripts[Math.min(starts, scripts.length) - 1]));
    },
    initialize: { clientInfo: { name: 'test', title: null, version: '0' }, capabilities: null },
    logger,
    ...options,
  });
  supervised.push(server);
  const states: ServerState[] = [];
  server.onDidChangeState((state) => states.push(state));
  return { server, logger, states, starts: () => starts, kinds: () => states.map(({ kind }) => kind) };
}

/** Call after each test: ends every process that {@link supervise} brought about. */
export async function disposeSupervised(): Promise<void> {
  await Promise.all(supervised.splice(0).map((server) => server.dispose()));
}

/** Resolves with the next state of this kind; the present one counts. */
export function becomes<K extends ServerState['kind']>(
  server: AppServerProcess,
  kind: K,
): Promise<Extract<ServerState, { kind: K }>> {
  return new Promise((resolve) => {
    const look = (state: ServerState): void => {
      if (state.kind !== kind) return;
      listening.dispose();
      resolve(state as Extract<ServerState, { kind: K }>);
    };
    const listening = server.onDidChangeState(look);
    look(server.state);
  });
}

/** The process id of a fake that is ready, or becomes so. */
export async function pidOf(server: AppServerProcess): Promise<number> {
  const { info } = await becomes(server, 'ready');
  return Number(info.userAgent.split('/')[1]);
}

/** A step with which a fake tells its process id before the handshake, for {@link saidPid}. */
export const sayPid: FakeStep = { stderr: 'pid $pid\n' };

/** The process id that a fake told with {@link sayPid}. Needs the real clock. */
export function saidPid({ lines }: LineLogger): Promise<number> {
  return eventually(() => {
    const pid = lines.map((line) => /^debug: codex: pid (\d+)$/.exec(line)?.[1]).find(Boolean);
    if (pid === undefined) throw new Error('The fake has not told its process id');
    return Number(pid);
  });
}

/** Resolves when there is no such process any more. Needs the real clock. */
export async function isGone(pid: number): Promise<void> {
  await eventually(() => {
    if (isRunning(pid)) throw new Error(`Process ${pid} still runs`);
  });
}

/** Resolves with the params of the next such notification. */
export function heard(server: AppServerProcess, method: string): Promise<unknown> {
  return new Promise((resolve) => {
    const listening = server.onNotification((notification) => {
      if (notification.method !== method) return;
      listening.dispose();
      resolve(notification.params);
    });
  });
}

/** The steps that answer a request. */
export const answer = (result: unknown): readonly FakeStep[] => [{ send: [{ id: '$id', result }] }];
