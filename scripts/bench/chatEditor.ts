import { cpSync, mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createCodexHome, nativeCodexPath } from '../../test/support/codexHome';
import { isolateWebviews } from '../../test/support/isolatedWebviews';
import { type ModelServer, startModelServer } from '../../test/support/modelServer';
import { openBrowser, type Workbench } from '../../test/support/workbench';
import { ensureHost } from '../host/install';
import { onProcessEnd, removeTemporary } from '../host/processEnd';
import { createProfile, writeMachineSettings } from '../host/profile';
import { installExtension, startHost } from '../host/server';

const SAMPLE = path.resolve(__dirname, '..', '..', 'test', 'fixtures', 'sample-workspace');
/** Wide enough for the side bar and three chats beside it. */
const WINDOW = { width: 1_800, height: 900 } as const;

/** A real editor in a browser with the packaged extension, the real codex and a scripted model. */
export interface ChatEditor {
  readonly model: ModelServer;
  readonly workbench: Workbench;
  /** Ends all of it. */
  close(): Promise<void>;
}

/**
 * Opens one. Its webviews have a process each, as in a desktop editor. `beforeLoad` is given the browser before it has
 * loaded the editor. What was started is ended again when a later part does not start.
 */
export async function openChatEditor(vsix: string, beforeLoad: (workbench: Workbench) => void): Promise<ChatEditor> {
  const base = mkdtempSync(path.join(os.tmpdir(), 'switchyard-bench-'));
  const ends: (() => unknown)[] = [onProcessEnd(() => removeTemporary(base))];
  const close = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const model = await startModelServer();
    ends.push(() => model.close());
    const home = await createCodexHome({ modelUrl: model.url });
    ends.push(() => home.dispose());
    const profile = createProfile({ base: path.join(base, 'profile') });
    cpSync(SAMPLE, profile.folder, { recursive: true });
    writeMachineSettings(profile, { 'switchyard.codex.path': nativeCodexPath() });
    const host = await ensureHost('current');
    await installExtension(host, profile, vsix);
    const server = await startHost(host, profile, { env: { CODEX_HOME: home.path } });
    ends.push(() => server.stop());
    const isolated = await isolateWebviews(server, profile);
    ends.push(() => isolated.close());
    const workbench = await openBrowser({ server: isolated, profile, viewport: WINDOW });
    ends.push(() => workbench.close());
    beforeLoad(workbench);
    await workbench.load();
    return { model, workbench, close };
  } catch (error) {
    await close();
    throw error;
  }
}
