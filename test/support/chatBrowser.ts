import path from 'node:path';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { bundles } from '../../scripts/build';
import { findChromium } from '../../scripts/host/chromium';
import type { ConversationView, Delta } from '../../src/shared/conversation';
import type { AppView, FromWebview, ToWebview } from '../../src/shared/messages';
import { replayStart } from './replay';

const ORIGIN = 'http://localhost';
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.ttf': 'font/ttf',
};
/** As the extension's own page, without what stands in it for the editor's addresses. */
const PAGE = `<!doctype html>
<html lang="en" style="--vscode-font-family: sans-serif; --vscode-font-size: 13px; --vscode-foreground: #ccc;
  --vscode-sideBar-background: #181818; --vscode-descriptionForeground: #9d9d9d; --vscode-focusBorder: #0078d4;
  --vscode-input-background: #313131; --vscode-textLink-foreground: #4daafc; --vscode-editor-font-family: monospace">
<head>
<meta charset="utf-8">
<link rel="stylesheet" href="webview.css">
</head>
<body class="vscode-dark" data-surface="sidebar">
<div id="app"></div>
<script type="module" src="webview.js"></script>
</body>
</html>`;

/** What an editor gives to the page, before its scripts run. */
const EDITOR = `
// The functions that a test sends here refer to it when tsx compiled them.
window.__name = (named) => named;
window.posted = [];
window.addEventListener('message', () => (window.heardAtMs = performance.now()));
window.acquireVsCodeApi = () => ({
  postMessage: (message) => window.posted.push(message),
  setState: (state) => sessionStorage.setItem('state', JSON.stringify(state)),
  getState: () => JSON.parse(sessionStorage.getItem('state')) ?? undefined,
});`;

/** Codex runs and somebody is signed in. */
export const READY_APP: AppView = {
  ...{ server: 'ready', signedIn: true, problem: null, demo: false, defaultModel: null, folderName: 'sample' },
  ...{ sendKey: 'enter', followUp: 'queue', limits: null, disallowedModes: [] },
};

/** What the page of {@link ChatBrowser} has beside ours. */
declare global {
  interface Window {
    /** What the chat said to the extension. */
    posted: FromWebview[];
    /** When the newest message came, before the chat looked at it. */
    heardAtMs: number;
  }
}

/** The files of the webview, as they ship, by their paths. */
export type WebviewFiles = ReadonlyMap<string, Uint8Array>;

/** Bundles the webview as it stands in the working tree. Writes nothing. */
export async function bundleWebview(): Promise<WebviewFiles> {
  const options = bundles(true).find(({ entryPoints }) => entryPoints && 'webview' in entryPoints);
  if (!options) throw new Error('There is no bundle of the webview.');
  const { outputFiles } = await build({ ...options, write: false });
  const dist = path.resolve(__dirname, '..', '..', 'dist');
  return new Map(
    outputFiles.map((file) => [path.relative(dist, file.path).split(path.sep).join('/'), file.contents] as const),
  );
}

/** The scripts that are loaded before anything is shown: the page's own and what it imports at once. */
export function firstScripts(files: WebviewFiles): readonly Uint8Array[] {
  const found = new Map<string, Uint8Array>();
  const add = (name: string): void => {
    const script = files.get(name);
    if (!script || found.has(name)) return;
    found.set(name, script);
    const imports = Buffer.from(script)
      .toString('utf8')
      .matchAll(/\b(?:from|import)\s*"(\.[^"]+)"/g);
    for (const [, source = ''] of imports) add(path.posix.join(path.posix.dirname(name), source));
  };
  add('webview.js');
  return [...found.values()];
}

/** The chat's page in a browser without an editor. Whoever opens it is the host: says what it shows, hears what it says. */
export class ChatBrowser {
  /** Of the conversation that is shown: how many of its changes were sent. */
  private seq = 0;

  private constructor(
    private readonly browser: Browser,
    readonly page: Page,
    private readonly errors: Error[],
  ) {}

  /** Opens it and waits until it can show what comes. Sizes in CSS pixels. Close it also when something failed. */
  static async open(files: WebviewFiles, viewport = { width: 400, height: 700 }): Promise<ChatBrowser> {
    const args = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--enable-precise-memory-info'];
    const browser = await chromium.launch({ executablePath: await findChromium(), headless: true, args });
    try {
      const page = await browser.newPage({ viewport });
      const errors: Error[] = [];
      page.on('pageerror', (error) => errors.push(error));
      await page.route(`${ORIGIN}/**`, (route) => {
        const name = new URL(route.request().url()).pathname.slice(1);
        const contentType = CONTENT_TYPES[path.extname(name)] ?? 'text/html';
        const body = name === '' ? PAGE : files.get(name);
        if (body === undefined) return route.fulfill({ status: 404 });
        return route.fulfill({ contentType, body: typeof body === 'string' ? body : Buffer.from(body) });
      });
      await page.addInitScript({ content: EDITOR });
      const chat = new ChatBrowser(browser, page, errors);
      await chat.load();
      return chat;
    } catch (error) {
      await browser.close();
      throw error;
    }
  }

  /** Loads the page, or loads it anew: what it remembered is kept, as an editor keeps it. */
  async load(): Promise<void> {
    await this.page.goto(`${ORIGIN}/`);
    await this.page.waitForSelector('html[data-ready]');
  }

  /** Says something to the chat, as the extension does. */
  async send(...messages: ToWebview[]): Promise<void> {
    await this.page.evaluate((list) => {
      for (const data of list) window.dispatchEvent(new MessageEvent('message', { data }));
    }, messages);
  }

  /** Shows a conversation of these fields, with a draft. */
  async show(fields: Partial<ConversationView>, draft = ''): Promise<void> {
    this.seq = 0;
    const conversation = { ...replayStart(fields), ...fields };
    await this.send({ type: 'app', app: READY_APP }, { type: 'snapshot', seq: this.seq, conversation, draft });
  }

  /** Changes the conversation that {@link show} has shown. */
  async change(...deltas: Delta[]): Promise<void> {
    const from = this.seq;
    this.seq += deltas.length;
    await this.send({ type: 'deltas', key: 'key', from, seq: this.seq, deltas });
  }

  /** What the chat said since it was loaded. */
  async posted(): Promise<FromWebview[]> {
    return this.page.evaluate(() => window.posted);
  }

  /** What was thrown in the page and not caught. */
  get uncaught(): readonly Error[] {
    return this.errors;
  }

  async close(): Promise<void> {
    await this.browser.close();
  }
}
