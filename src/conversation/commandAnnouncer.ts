import type { Disposable } from '../base/disposable';
import type { AppServerClient } from '../router/appServerClient';
import { unwrapShell } from './commandText';
import { announceItems, type ItemOrigin } from './itemAnnouncer';

/** A command that has begun, or waits for an approval to begin. */
export interface AnnouncedCommand extends ItemOrigin {
  /** As it was meant, without the shell around it. */
  readonly command: string;
  /** Where it runs; absolute. */
  readonly folder: string;
}

/** Tells `announce` of every command before it runs, and disposes what it returned when the command has ended. */
export function announceCommands(
  client: AppServerClient,
  announce: (command: AnnouncedCommand) => Disposable,
): Disposable {
  return announceItems(client, (item, origin) =>
    item.type === 'commandExecution'
      ? announce({ ...origin, command: unwrapShell(item.command), folder: item.cwd })
      : undefined,
  );
}
