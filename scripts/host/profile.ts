import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onProcessEnd, removeTemporary } from './processEnd';
import { quietTestSettings, type Settings } from './settings';

/** The folders of one editor: its settings, extensions and state, apart from anything of the person's own. */
export interface Profile {
  readonly base: string;
  /** The workspace folder that the editor opens. */
  readonly folder: string;
  readonly userData: string;
  readonly serverData: string;
  readonly extensions: string;
  readonly home: string;
  /** User data of the browser that shows the editor. */
  readonly browser: string;
}

export interface ProfileOptions {
  /** Absolute path of the workspace folder; created when missing. A folder of the profile unless given. */
  readonly folder?: string;
  /** User settings that go over `defaults`. */
  readonly settings?: Settings;
  /** {@link quietTestSettings} unless given. */
  readonly defaults?: Settings;
  /**
   * Where the profile lives, to keep it from one start to the next. Unless given, a fresh temporary folder that is
   * deleted when this process ends.
   */
  readonly base?: string;
}

/** Makes the folders of a profile, or completes those of a kept one: settings changed in it by a person stay. */
export function createProfile(options: ProfileOptions = {}): Profile {
  const base = options.base ?? temporaryBase();
  const profile: Profile = {
    base,
    folder: options.folder ?? path.join(base, 'workspace'),
    userData: path.join(base, 'user'),
    serverData: path.join(base, 'server'),
    extensions: path.join(base, 'extensions'),
    home: path.join(base, 'home'),
    browser: path.join(base, 'browser'),
  };
  for (const directory of [profile.folder, profile.extensions, profile.home]) mkdirSync(directory, { recursive: true });
  mkdirSync(path.dirname(settingsFile(profile)), { recursive: true });
  if (!existsSync(settingsFile(profile))) writeSettings(profile, options.defaults ?? quietTestSettings);
  updateSettings(profile, options.settings ?? {});
  return profile;
}

/**
 * Writes user settings over those of the profile. The editor reads them when its page loads, not while it runs.
 * Throws when a person left comments in the settings file: it is not rewritten then.
 */
export function updateSettings(profile: Profile, settings: Settings): void {
  if (Object.keys(settings).length === 0) return;
  const current = JSON.parse(readFileSync(settingsFile(profile), 'utf8')) as Settings;
  writeSettings(profile, { ...current, ...settings });
}

/** Writes settings of this machine: those that a workspace or a synchronised profile must not decide, such as programs. */
export function writeMachineSettings(profile: Profile, settings: Settings): void {
  const file = path.join(profile.userData, 'Machine', 'settings.json');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(settings, null, 2));
}

function temporaryBase(): string {
  const base = mkdtempSync(path.join(os.tmpdir(), 'switchyard-'));
  onProcessEnd(() => removeTemporary(base));
  return base;
}

function settingsFile(profile: Profile): string {
  return path.join(profile.userData, 'User', 'settings.json');
}

function writeSettings(profile: Profile, settings: Settings): void {
  writeFileSync(settingsFile(profile), JSON.stringify(settings, null, 2));
}
