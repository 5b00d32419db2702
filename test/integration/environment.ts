import { cpSync } from 'node:fs';
import path from 'node:path';
import { type Profile, writeMachineSettings } from '../../scripts/host/profile';
import type { Settings } from '../../scripts/host/settings';
import { createCodexHome, nativeCodexPath } from '../support/codexHome';
import { startScriptedModel } from '../support/scriptedModel';

/** What the suite runs against, besides the editor and the extension. */
export interface Environment {
  /** Variables of the extension host. */
  readonly env: Record<string, string>;
  /** User settings over the quiet ones. */
  readonly settings: Settings;
  dispose(): Promise<void>;
}

/** The real codex with a model that follows scripts, on the sample workspace. */
export async function prepare(profile: Profile): Promise<Environment> {
  const model = await startScriptedModel();
  const home = await createCodexHome({ modelUrl: model.url });
  cpSync(path.resolve('test/fixtures/sample-workspace'), profile.folder, { recursive: true });
  writeMachineSettings(profile, { 'switchyard.codex.path': nativeCodexPath() });
  return {
    env: { CODEX_HOME: home.path },
    settings: {},
    dispose: async () => {
      await model.close();
      await home.dispose();
    },
  };
}
