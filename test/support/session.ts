import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { ensureHost } from '../../scripts/host/install';
import { removeTemporary } from '../../scripts/host/processEnd';
import { createProfile, type Profile, writeMachineSettings } from '../../scripts/host/profile';
import { installExtension, startHost, type HostServer } from '../../scripts/host/server';
import type { Settings } from '../../scripts/host/settings';
import { Chat } from './chat';
import { type CodexHome, type CodexHomeOptions, createCodexHome, nativeCodexPath } from './codexHome';
import { type IsolatedWebviews, isolateWebviews } from './isolatedWebviews';
import { type ModelServer, startModelServer } from './modelServer';
import { openWorkbench, type Surface, type Workbench } from './workbench';

export interface SessionOptions {
  /** Starts the model that answers. One without a script unless given. */
  readonly startModel?: () => Promise<ModelServer>;
  /** The program that the extension is told to start. The real codex unless given. */
  readonly codexPath?: string;
  /** What its configuration holds beside the usual. */
  readonly codexHome?: Pick<CodexHomeOptions, 'extraToml' | 'features'>;
  /** Gives each webview a process of its own, as a desktop editor does. */
  readonly isolateWebviews?: boolean;
  /** User settings over the quiet ones. */
  readonly settings?: Settings;
}

const START_LIMIT_MS = 180_000;
const root = path.resolve(__dirname, '..', '..');
const failures = path.join(root, 'dist', 'e2e-failures');

/** A real editor in a browser with the packaged extension, the real codex and a scripted model. */
export class Session {
  private constructor(
    readonly model: ModelServer,
    readonly codexHome: CodexHome,
    readonly profile: Profile,
    readonly server: HostServer,
    readonly workbench: Workbench,
    private readonly isolated: IsolatedWebviews | undefined,
  ) {}

  /** Starts everything; what was started is ended again when a later part does not start. */
  static async start(options: SessionOptions = {}): Promise<Session> {
    const ends: (() => Promise<unknown>)[] = [];
    try {
      const model = await (options.startModel ?? startModelServer)();
      ends.push(() => model.close());
      const codexHome = await createCodexHome({ ...options.codexHome, modelUrl: model.url });
      ends.push(() => codexHome.dispose());
      const profile = createProfile({ settings: options.settings ?? {} });
      cpSync(path.join(root, 'test', 'fixtures', 'sample-workspace'), profile.folder, { recursive: true });
      writeMachineSettings(profile, { 'switchyard.codex.path': options.codexPath ?? nativeCodexPath() });
      const host = await ensureHost('current');
      await installExtension(host, profile, path.join(root, 'dist', 'switchyard.vsix'));
      const server = await startHost(host, profile, { env: { CODEX_HOME: codexHome.path } });
      ends.push(() => server.stop());
      const isolated = options.isolateWebviews ? await isolateWebviews(server, profile) : undefined;
      if (isolated) ends.push(() => isolated.close());
      const workbench = await openWorkbench({ server: isolated ?? server, profile });
      return new Session(model, codexHome, profile, server, workbench, isolated);
    } catch (error) {
      for (const end of ends.reverse()) await end();
      throw error;
    }
  }

  /** Ends everything, also when a part of it does not end well. */
  async stop(): Promise<void> {
    const parts = [this.workbench.close(), this.server.stop(), this.model.close()];
    await Promise.allSettled(parts);
    await this.isolated?.close();
    await this.codexHome.dispose();
    removeTemporary(this.profile.base);
  }

  /** The chat that is shown on a surface now. */
  async chat(surface: Surface = 'sidebar'): Promise<Chat> {
    return new Chat(await this.workbench.chatFrame(surface));
  }

  /** A new, empty conversation, with the cursor in its composer. */
  async newConversation(surface: 'sidebar' | 'editor' = 'sidebar'): Promise<Chat> {
    const inEditor = surface === 'editor';
    await this.workbench.runCommand(`Switchyard: New Conversation${inEditor ? ' in Editor' : ''}`);
    const isNew = async (frame: Frame): Promise<boolean> =>
      (await new Chat(frame).title.textContent({ timeout: 1_000 })) === 'New conversation';
    const chat = new Chat(await this.workbench.chatFrame(surface, isNew));
    await chat.hasCursor();
    return chat;
  }

  /** Absolute path of a file of the workspace folder. */
  file(relativePath: string): string {
    return path.join(this.profile.folder, relativePath);
  }

  read(relativePath: string): string {
    return readFileSync(this.file(relativePath), 'utf8');
  }

  write(relativePath: string, text: string): void {
    mkdirSync(path.dirname(this.file(relativePath)), { recursive: true });
    writeFileSync(this.file(relativePath), text);
  }

  /** Keeps what explains a failed test: the editor as it looks, and the logs. */
  async keepEvidence(test: string): Promise<void> {
    mkdirSync(failures, { recursive: true });
    const name = test.replace(/[^\w]+/g, '-').slice(0, 80);
    await this.workbench.screenshot(path.join(failures, `${name}.png`)).catch((error: unknown) => {
      console.error(`No screenshot: ${String(error)}`);
    });
    const logs = [this.server.log(), ...this.extensionLogs()];
    writeFileSync(path.join(failures, `${name}.log`), logs.join('\n---\n'));
    console.error(`Screenshot and logs: ${path.relative(root, path.join(failures, name))}.*`);
  }

  /** What our extension logged, by window. */
  extensionLogs(): string[] {
    const folders = [this.profile.userData, this.profile.serverData].map((folder) => path.join(folder, 'logs'));
    return folders
      .filter((folder) => existsSync(folder))
      .flatMap((folder) =>
        readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => path.join(folder, file)),
      )
      .filter((file) => /switchyard[^/\\]*\.log$/i.test(file))
      .map((file) => readFileSync(file, 'utf8'));
  }
}

/**
 * A session for all tests of a file: starts before the first, ends after the last, and keeps evidence of those that
 * failed. What it returns gives the session, once it runs.
 */
export function useSession(options: SessionOptions = {}): () => Session {
  let session: Session | undefined;
  beforeAll(async () => {
    session = await Session.start(options);
  }, START_LIMIT_MS);
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await session?.keepEvidence(task.name);
  });
  afterAll(() => session?.stop());
  return () => {
    if (!session) throw new Error('The session does not run.');
    return session;
  };
}
