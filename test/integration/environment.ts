import type { Profile } from '../../scripts/host/profile';
import type { Settings } from '../../scripts/host/settings';

/** What the suite runs against, besides the editor and the extension. */
export interface Environment {
  /** Variables of the extension host. */
  readonly env: Record<string, string>;
  /** User settings over the quiet ones. */
  readonly settings: Settings;
  dispose(): Promise<void>;
}

/** Prepares what the suite needs, before the editor starts. */
export async function prepare(_profile: Profile): Promise<Environment> {
  return { env: {}, settings: {}, dispose: async () => undefined };
}
