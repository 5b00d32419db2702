import type { FileSystemPath } from '../protocol/generated/types/v2/FileSystemPath';
import type { FileSystemSandboxEntry } from '../protocol/generated/types/v2/FileSystemSandboxEntry';
import type { FileSystemSpecialPath } from '../protocol/generated/types/v2/FileSystemSpecialPath';
import type { GrantedPermissionProfile } from '../protocol/generated/types/v2/GrantedPermissionProfile';
import type { RequestPermissionProfile } from '../protocol/generated/types/v2/RequestPermissionProfile';
import { pathLabel } from './commandText';

/** One thing that is asked for and that can be granted by itself. */
export interface Grant {
  readonly key: string;
  /** "Write to src". */
  readonly label: string;
}

const NETWORK = 'network';
const VERBS = { read: 'Read', write: 'Write to', deny: 'No access to' } as const;

/** What `profile` asks for, each once: older and newer fields of the protocol may name the same path. */
export function grantsOf({ network, fileSystem }: RequestPermissionProfile, folder: string): Grant[] {
  const grants = new Map<string, string>();
  if (network?.enabled) grants.set(NETWORK, 'Use the network');
  for (const entry of allEntries(fileSystem)) {
    // A restriction is no favour: it holds with whatever is granted.
    if (entry.access !== 'deny') grants.set(keyOf(entry), labelOf(entry, folder));
  }
  return [...grants].map(([key, label]) => ({ key, label }));
}

/** The part of `profile` that the person grants. What is not in it is denied. */
export function grantedPart(
  { network, fileSystem }: RequestPermissionProfile,
  granted: ReadonlySet<string>,
): GrantedPermissionProfile {
  const isGranted = (entry: FileSystemSandboxEntry): boolean => granted.has(keyOf(entry));
  const hasFiles = allEntries(fileSystem).some(isGranted);
  const part = (paths: readonly string[] | null, access: 'read' | 'write') =>
    paths?.filter((path) => isGranted(pathEntry(path, access))) ?? null;
  return {
    ...(network && granted.has(NETWORK) && { network }),
    ...(fileSystem &&
      hasFiles && {
        fileSystem: {
          ...fileSystem,
          read: part(fileSystem.read, 'read'),
          write: part(fileSystem.write, 'write'),
          ...(fileSystem.entries && {
            entries: fileSystem.entries.filter((entry) => entry.access === 'deny' || isGranted(entry)),
          }),
        },
      }),
  };
}

/** "network access, write to /data": what an acceptance grants besides, for the person to read. */
export function describeGrants(profile: RequestPermissionProfile, folder: string): string {
  return grantsOf(profile, folder)
    .map(({ label }) => label.charAt(0).toLowerCase() + label.slice(1))
    .join(', ');
}

function allEntries(fileSystem: RequestPermissionProfile['fileSystem']): FileSystemSandboxEntry[] {
  return [
    ...(fileSystem?.read ?? []).map((path) => pathEntry(path, 'read')),
    ...(fileSystem?.write ?? []).map((path) => pathEntry(path, 'write')),
    ...(fileSystem?.entries ?? []),
  ];
}

const pathEntry = (path: string, access: 'read' | 'write'): FileSystemSandboxEntry => ({
  path: { type: 'path', path },
  access,
});

function keyOf({ path, access }: FileSystemSandboxEntry): string {
  const place = path.type === 'path' ? path.path : path.type === 'glob_pattern' ? path.pattern : specialKey(path.value);
  return `${access} ${path.type} ${place}`;
}

const specialKey = (value: FileSystemSpecialPath): string =>
  [value.kind, 'path' in value ? value.path : '', 'subpath' in value ? (value.subpath ?? '') : ''].join(' ');

function labelOf({ path, access }: FileSystemSandboxEntry, folder: string): string {
  return `${VERBS[access]} ${placeOf(path, folder)}`;
}

function placeOf(path: FileSystemPath, folder: string): string {
  if (path.type === 'path') return pathLabel(path.path, folder);
  if (path.type === 'glob_pattern') return `files like ${path.pattern}`;
  const { value } = path;
  switch (value.kind) {
    case 'root':
      return 'the whole computer';
    case 'minimal':
      return 'what programs need to run';
    case 'project_roots':
      return value.subpath === null ? 'the project folders' : `${value.subpath} in the project folders`;
    case 'tmpdir':
    case 'slash_tmp':
      return 'temporary folders';
    case 'unknown':
      return [value.path, value.subpath].filter(Boolean).join('/');
  }
}
