import path from 'node:path';
import type { AnnouncedCommand } from '../../../conversation/commandAnnouncer';
import { isInside } from '../isInside';

/** A command of Codex, with the time in which its changes were made (milliseconds; `null`: it still runs). */
export interface TimedCommand extends AnnouncedCommand {
  readonly startedAtMs: number;
  endedAtMs: number | null;
}

/** How long before its announcement a command may have begun: the announcement and the command travel apart. */
export const ANNOUNCED_LATE_MS = 250;
/** How much later than the end of its command a file may seem changed: the disk's clock is coarse. */
const CLOCK_MS = 100;
/** How much later than the end of its command a deletion may be reported. A deleted file has no time of its own. */
const DELETION_REPORTED_LATE_MS = 1500;
/** How long an ended command is remembered for events that come late. */
const REMEMBERED_MS = 10_000;

/** The commands that run, and those that ended so lately that their changes may still come to be known. */
export class RunningCommands {
  private commands: TimedCommand[] = [];

  constructor(private readonly now: () => number) {}

  get isEmpty(): boolean {
    this.forget();
    return this.commands.length === 0;
  }

  start(command: AnnouncedCommand): TimedCommand {
    const timed: TimedCommand = { ...command, startedAtMs: this.now(), endedAtMs: null };
    this.commands.push(timed);
    return timed;
  }

  end(command: TimedCommand): void {
    command.endedAtMs = this.now();
  }

  /**
   * The command that changed `file` at a time; among several the one that names it, then the one whose folder is
   * nearest, then the latest.
   *
   * @param changedAtMs `null`: the file is gone, and that is known only since now.
   */
  authorOf(file: string, changedAtMs: number | null): TimedCommand | undefined {
    this.forget();
    const possible = this.commands.filter((command) =>
      changedAtMs === null ? this.mayHaveDeleted(command) : isDuring(command, changedAtMs),
    );
    const rank = (command: TimedCommand) => [
      command.command.includes(path.basename(file)) ? 1 : 0,
      isInside(file, command.folder) ? command.folder.length : 0,
      command.startedAtMs,
    ];
    return possible.sort((a, b) => compare(rank(b), rank(a)))[0];
  }

  private mayHaveDeleted({ endedAtMs }: TimedCommand): boolean {
    return endedAtMs === null || this.now() - endedAtMs <= DELETION_REPORTED_LATE_MS;
  }

  private forget(): void {
    const oldest = this.now() - REMEMBERED_MS;
    this.commands = this.commands.filter(({ endedAtMs }) => endedAtMs === null || endedAtMs >= oldest);
  }
}

function isDuring({ startedAtMs, endedAtMs }: TimedCommand, timeMs: number): boolean {
  return timeMs >= startedAtMs - ANNOUNCED_LATE_MS && (endedAtMs === null || timeMs <= endedAtMs + CLOCK_MS);
}

function compare(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((value, i) => value !== b[i]);
  return index < 0 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
}
