import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import type { Profile } from '../../scripts/host/profile';
import type { HostServer } from '../../scripts/host/server';

/** A way to an editor on which each webview has a process of its own, as in a desktop editor. */
export interface IsolatedWebviews {
  /** Stands for the editor's own address. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves an editor anew so that its webviews come from sites of their own, `<id>.localhost`. Call it before the browser
 * starts: its profile must let them keep their service worker.
 */
export async function isolateWebviews(
  server: Pick<HostServer, 'port'>,
  profile: Pick<Profile, 'browser'>,
): Promise<IsolatedWebviews> {
  allowThirdPartyStorage(profile);
  const proxy = http.createServer((request, response) => forward(request, response, server.port, portOf(proxy)));
  proxy.on('upgrade', (request: http.IncomingMessage, socket: net.Socket, head: Buffer) =>
    forwardSocket(request, socket, head, server.port),
  );
  const sockets = new Set<net.Socket>();
  proxy.on('connection', (socket: net.Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    url: `http://127.0.0.1:${portOf(proxy)}`,
    close: async () => {
      const closed = once(proxy, 'close');
      proxy.close();
      // Those of web sockets are not the server's any more, which waits for them all the same.
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function portOf(proxy: http.Server): number {
  return (proxy.address() as AddressInfo).port;
}

function allowThirdPartyStorage({ browser }: Pick<Profile, 'browser'>): void {
  const folder = path.join(browser, 'Default');
  mkdirSync(folder, { recursive: true });
  const preferences = { profile: { cookie_controls_mode: 0, block_third_party_cookies: false } };
  writeFileSync(path.join(folder, 'Preferences'), JSON.stringify(preferences));
}

function forward(request: http.IncomingMessage, response: http.ServerResponse, port: number, own: number): void {
  const isWorkbench = new URL(request.url ?? '/', 'http://editor').pathname === '/';
  const headers = { ...request.headers, ...(isWorkbench && { 'accept-encoding': 'identity' }) };
  const { url: target, method } = request;
  const inner = http.request({ host: '127.0.0.1', port, path: target, method, headers }, (answer) => {
    const answered = { ...answer.headers };
    const policy = answered['content-security-policy'];
    if (typeof policy === 'string') answered['content-security-policy'] = allowFrames(policy, own);
    if (!isWorkbench) {
      response.writeHead(answer.statusCode ?? 502, answered);
      answer.pipe(response);
      return;
    }
    const parts: Buffer[] = [];
    answer.on('data', (part: Buffer) => parts.push(part));
    answer.on('end', () => {
      delete answered['content-length'];
      response.writeHead(answer.statusCode ?? 502, answered);
      response.end(separate(Buffer.concat(parts).toString('utf8'), own));
    });
  });
  inner.on('error', () => response.destroy());
  request.pipe(inner);
}

/** The address of webviews is in the page's settings, quoted for an attribute. */
function separate(page: string, port: number): string {
  return page
    .replace(/(webviewEndpoint&quot;:&quot;)([^&]+)/, `$1http://{{uuid}}.localhost:${port}/$2`)
    .replace(/<meta[^>]*Content-Security-Policy[^>]*>/i, (meta) => allowFrames(meta, port));
}

function allowFrames(policy: string, port: number): string {
  return policy.replace(/frame-src /, `frame-src http://*.localhost:${port} `);
}

function forwardSocket(request: http.IncomingMessage, socket: net.Socket, head: Buffer, port: number): void {
  const inner = net.connect(port, '127.0.0.1', () => {
    const { rawHeaders } = request;
    const lines = rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1]}`] : []));
    inner.write(`${request.method} ${request.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    inner.write(head);
    socket.pipe(inner).pipe(socket);
  });
  inner.on('error', () => socket.destroy());
  socket.on('error', () => inner.destroy());
}
