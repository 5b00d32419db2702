import { type BrowserContext, chromium, type Frame, type Locator, type Page } from 'playwright-core';
import path from 'node:path';
import { findChromium } from '../../scripts/host/chromium';
import { type Profile, updateSettings } from '../../scripts/host/profile';
import type { HostServer } from '../../scripts/host/server';

export interface WorkbenchOptions {
  readonly server: Pick<HostServer, 'url'>;
  readonly profile: Profile;
  /** CSS pixels. 1280 × 800 unless given. */
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Device pixels per CSS pixel, for screenshots. 1 unless given. */
  readonly scale?: number;
  /** A `workbench.colorTheme`, for example `Default Light Modern`. */
  readonly theme?: string;
  /** Replaces the whole query of the page. `folder` of the profile is opened unless given. */
  readonly query?: URLSearchParams;
}

/** Where a chat of ours is shown: `data-surface` of its document. */
export type Surface = 'sidebar' | 'secondary' | 'editor';

const BROWSER_ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--force-color-profile=srgb',
];
const LOCAL_PROTOCOLS: ReadonlySet<string> = new Set(['data:', 'blob:', 'about:']);
/** The name stands for our own webview resources: the webview's service worker answers it, nothing goes out. */
const WEBVIEW_RESOURCES = '.vscode-resource.vscode-cdn.net';
const OUR_WEBVIEW = /[?&]extensionId=switchyard\.switchyard\b/;

/** Opens a browser without showing it, and in it a page that has loaded nothing yet. */
export async function openBrowser(options: WorkbenchOptions): Promise<Workbench> {
  if (options.theme) updateSettings(options.profile, { 'workbench.colorTheme': options.theme });
  const context = await chromium.launchPersistentContext(options.profile.browser, {
    executablePath: await findChromium(),
    headless: true,
    args: BROWSER_ARGUMENTS,
    viewport: options.viewport ?? { width: 1280, height: 800 },
    deviceScaleFactor: options.scale ?? 1,
  });
  // The editor seals its secrets with this key; when nobody answers, they are lost on reload.
  await context.route(
    (url) => url.pathname.endsWith('/mint-key'),
    (route) => route.fulfill({ contentType: 'application/octet-stream', body: Buffer.alloc(32, 7) }),
  );
  const page = context.pages()[0] ?? (await context.newPage());
  return new Workbench(context, page, options);
}

/** Opens a browser with the editor in it and waits until the editor is painted. */
export async function openWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  const workbench = await openBrowser(options);
  try {
    await workbench.load();
  } catch (error) {
    await workbench.close();
    throw error;
  }
  return workbench;
}

/** Drives an editor in a browser the way a person does. */
export class Workbench {
  private readonly external = new Set<string>();

  constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    private readonly options: WorkbenchOptions,
  ) {
    context.on('request', (request) => this.note(request.url()));
    page.on('websocket', (socket) => this.note(socket.url()));
  }

  /** Addresses outside this machine that the page asked for. */
  get externalRequests(): readonly string[] {
    return [...this.external];
  }

  /** Loads the editor and waits until it is painted. */
  async load(): Promise<void> {
    const query = this.options.query ?? new URLSearchParams({ folder: this.options.profile.folder });
    await this.page.goto(`${this.options.server.url}/?${query.toString()}`, { waitUntil: 'commit' });
    await this.painted();
  }

  /** Reloads the window through the editor, which saves its state first: a plain reload would lose recent changes. */
  async reload(): Promise<void> {
    const loaded = this.page.waitForEvent('domcontentloaded', { timeout: 90_000 });
    await this.runCommand('Developer: Reload Window');
    await loaded;
    await this.painted();
  }

  /**
   * Runs a command from the palette by its whole title, for example `View: Close Editor`. Waits for the command to
   * appear there, not for what it does.
   */
  async runCommand(title: string, timeoutMs = 30_000): Promise<void> {
    const until = Date.now() + timeoutMs;
    // The palette lists what is registered when it opens, so a command that comes later needs a second look.
    for (;;) {
      await this.page.keyboard.press('F1');
      try {
        await this.pick(`>${title}`, this.quickPickRow(title));
        return;
      } catch (error) {
        if (Date.now() > until) throw error;
        await this.page.keyboard.press('Escape');
        // Keys go to the page of a webview that was just moved, and is no more: a click brings them back.
        await this.page.locator('.part.statusbar').click();
      }
    }
  }

  /** Shows our view, also when another one, or none, is shown. */
  async openSwitchyard(): Promise<void> {
    await this.openView('Switchyard');
  }

  /** Shows the view of this name in the side bar, also when another one, or none, is shown. */
  async openView(name: string): Promise<void> {
    const label = this.page.getByLabel(new RegExp(`^${name}`));
    const item = this.page.locator('.activitybar .action-item').filter({ has: label });
    const title = this.page.locator('.sidebar .composite.title').filter({ hasText: new RegExp(name, 'i') });
    await item.waitFor();
    const until = Date.now() + 30_000;
    while (!(await title.isVisible()) && Date.now() < until) {
      // A click on the shown one would hide it; so does one on a view that a reloaded window is just about to show.
      const shown = await item.evaluate((element) => element.classList.contains('checked'));
      if (!shown) await item.click();
      await title.waitFor({ timeout: 3_000 }).catch(() => undefined);
    }
    await title.waitFor({ timeout: 1_000 });
  }

  /**
   * The document of our chat in the side bar, or in the editor area, once its own script has run. With several in
   * the editor area, the first that is visible and satisfies `where`.
   */
  async chatFrame(
    surface: Surface,
    where: (frame: Frame) => Promise<boolean> = async () => true,
    timeoutMs = 45_000,
  ): Promise<Frame> {
    const until = Date.now() + timeoutMs;
    while (Date.now() < until) {
      for (const frame of this.page.frames()) {
        // A frame may be gone by the time it is asked.
        if (await isReady(frame, surface, where).catch(() => false)) return frame;
      }
      await this.page.waitForTimeout(50);
    }
    const frames = this.page.frames().map((frame) => frame.url());
    throw new Error(`No ${surface} chat is ready. Frames of the page:\n${frames.join('\n')}`);
  }

  /** Opens a file of the workspace folder through Quick Open, with the caret where the editor puts it. */
  async openFile(relativePath: string): Promise<void> {
    const until = Date.now() + 30_000;
    // The list is made from the files there are at that moment.
    for (;;) {
      await this.page.keyboard.press('ControlOrMeta+p');
      try {
        await this.pick(relativePath, this.fileRow(relativePath));
        break;
      } catch (error) {
        if (Date.now() > until) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
    await this.group(relativePath).locator('.monaco-editor .view-line').first().waitFor();
  }

  /** The visible lines of the editor that shows a file of the workspace folder, or of the active editor. */
  async editorText(relativePath?: string): Promise<string> {
    return readLines(this.group(relativePath).locator('.monaco-editor .lines-content > .view-lines').first());
  }

  /** The CodeLens links of the shown editors, from top to bottom as far as they are painted. */
  get lenses(): Locator {
    return this.page.locator('.monaco-editor .codelens-decoration a');
  }

  /** The marks beside changed lines in the editor that shows a file of the workspace folder. */
  changeMarks(relativePath: string): Locator {
    return this.group(relativePath).locator('.monaco-editor .dirty-diff-glyph');
  }

  /** Line and column of the cursor, from 1, as the status bar tells them. */
  async cursor(): Promise<readonly [line: number, column: number]> {
    const text =
      (await this.page
        .locator('.statusbar-item')
        .filter({ hasText: /^Ln \d/ })
        .textContent()) ?? '';
    const [, line, column] = /Ln (\d+), Col (\d+)/.exec(text) ?? [];
    return [Number(line), Number(column)];
  }

  /** The first row of the shown quick pick with this label. */
  quickPickRow(label: string): Locator {
    return this.rowsNamed(label).first();
  }

  /** Picks a row of the shown quick pick by its label. */
  async pickLabel(label: string): Promise<void> {
    await this.quickPickRow(label).click();
  }

  /** What is written in the shown quick pick or input box. */
  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget .quick-input-box input');
  }

  /** Answers the shown input box. */
  async answerInput(text: string): Promise<void> {
    await this.quickInput.fill(text);
    await this.quickInput.press('Enter');
  }

  /** The visible lines of one side of the shown diff editor. */
  async diffText(side: 'original' | 'modified'): Promise<string> {
    return readLines(this.page.locator(`.monaco-diff-editor .editor.${side} .lines-content > .view-lines`).first());
  }

  /** Types, key by key, at the caret of the editor that shows a file of the workspace folder, or of the active one. */
  async typeInEditor(text: string, relativePath?: string): Promise<void> {
    await this.focusEditor(relativePath);
    await this.page.keyboard.type(text);
  }

  /** Types, key by key, at the very beginning of the right side of the shown diff editor. */
  async typeInDiff(text: string): Promise<void> {
    const editor = this.page.locator('.monaco-diff-editor .editor.modified .monaco-editor').first();
    await editor.locator('.native-edit-context, textarea.inputarea').first().focus();
    await this.page.keyboard.press('ControlOrMeta+Home');
    await this.page.keyboard.type(text);
  }

  /** Puts the focus into the editor that shows a file of the workspace folder, or into the active one. */
  async focusEditor(relativePath?: string): Promise<void> {
    const editor = this.group(relativePath).locator('.monaco-editor').first();
    await editor.locator('.native-edit-context, textarea.inputarea').first().focus();
  }

  /** Undoes the last step in the editor that shows a file of the workspace folder, or in the active one. */
  async undo(relativePath?: string): Promise<void> {
    await this.focusEditor(relativePath);
    await this.page.keyboard.press('ControlOrMeta+z');
  }

  async screenshot(file: string): Promise<void> {
    await this.page.screenshot({ path: file, animations: 'disabled' });
  }

  async close(): Promise<void> {
    await this.context.close();
  }

  private async painted(): Promise<void> {
    await this.page.waitForSelector('.monaco-workbench .part.statusbar', { timeout: 90_000 });
  }

  private rowsNamed(label: string): Locator {
    const name = this.page.locator('.label-name').filter({ hasText: exactly(label) });
    return this.page.locator('.quick-input-list .monaco-list-row').filter({ has: name });
  }

  private async pick(text: string, row: Locator): Promise<void> {
    await this.quickInput.fill(text, { timeout: 5_000 });
    await row.waitFor({ timeout: 3_000 });
    await row.click({ timeout: 10_000 });
  }

  private fileRow(relativePath: string): Locator {
    const { dir, base } = path.posix.parse(relativePath);
    const folder = this.page.locator('.label-description');
    const rows = this.rowsNamed(base);
    return dir === ''
      ? rows.filter({ hasNot: folder.filter({ hasText: /./ }) }).first()
      : rows.filter({ has: folder.filter({ hasText: exactly(dir) }) }).first();
  }

  private group(relativePath?: string): Locator {
    if (relativePath === undefined) return this.page.locator('.editor-group-container.active');
    const file = JSON.stringify(path.join(this.options.profile.folder, relativePath));
    // Behind the path the label may tell of problems in the file.
    const label = `.tab-label:is([aria-label=${file}], [aria-label^=${file.slice(0, -1)} "])`;
    const tab = this.page.locator(`.tab.active:has(${label})`);
    return this.page.locator('.editor-group-container').filter({ has: tab }).first();
  }

  private note(address: string): void {
    const url = new URL(address);
    const local = url.hostname === '127.0.0.1' || url.hostname === 'localhost' || LOCAL_PROTOCOLS.has(url.protocol);
    if (!local && !url.hostname.endsWith(WEBVIEW_RESOURCES)) this.external.add(address);
  }
}

async function isReady(frame: Frame, surface: Surface, where: (frame: Frame) => Promise<boolean>): Promise<boolean> {
  const outer = frame.parentFrame();
  if (!outer || !OUR_WEBVIEW.test(outer.url())) return false;
  const ready = await frame.evaluate(
    (wanted) => document.documentElement.dataset.ready === 'true' && document.body.dataset.surface === wanted,
    surface,
  );
  return ready && (await (await outer.frameElement()).isVisible()) && where(frame);
}

/** The text of an editor's `.view-lines`: they are not in order, and their spaces do not break. */
async function readLines(lines: Locator): Promise<string> {
  const texts = await lines.evaluate(async (element) => {
    // What was typed just now is painted with the next frame.
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    return [...element.querySelectorAll<HTMLElement>('.view-line')]
      .sort((a, b) => parseFloat(a.style.top) - parseFloat(b.style.top))
      .map((line) => line.textContent);
  });
  return texts.join('\n').replaceAll('\u00a0', ' ');
}

function exactly(text: string): RegExp {
  return new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
}
