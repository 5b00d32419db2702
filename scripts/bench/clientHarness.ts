import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { PassThrough, type Readable } from 'node:stream';
import { Emitter } from '../../src/base/event';
import { nullLogger } from '../../src/base/logger';
import { AppServerClient } from '../../src/router/appServerClient';
import type { AppServer, Notification, SendRequest, ServerState } from '../../src/transport/appServer';
import { Connection } from '../../src/transport/connection';
import { threadIdOf, turnIdOf } from './messages';

/**
 * The product's path from the pipe to its consumers: the real reader, connection, client and router. Only the process
 * is missing: `input` is its output, and `turn/start` is answered here with the ids of the feed's first pass.
 */
export function connectClient(input: Readable): AppServerClient {
  const notifications = new Emitter<Notification>();
  const child = { stdout: input, stdin: new PassThrough() } as unknown as ChildProcessWithoutNullStreams;
  const request = (async (_method: string, { threadId }: { threadId: string }) => {
    const turn = Number.parseInt(threadId.slice(-12), 16);
    return { turn: { id: turnIdOf(turn, 0) } };
  }) as unknown as SendRequest;
  const server: AppServer = {
    state: { kind: 'stopped' },
    onDidChangeState: new Emitter<ServerState>().event,
    onNotification: notifications.event,
    request,
    setRequestHandler: () => undefined,
    start: async () => undefined,
    restart: async () => undefined,
    stop: async () => undefined,
  };
  const client = new AppServerClient(server, nullLogger);
  new Connection(
    child,
    {
      onNotification: (method, params) => {
        notifications.fire({ method, params });
      },
      onRequest: async () => null,
    },
    nullLogger,
  );
  return client;
}

/** The ids of the threads of a feed. */
export function threadIds(turns: number): string[] {
  return Array.from({ length: turns }, (_, turn) => threadIdOf(turn));
}
