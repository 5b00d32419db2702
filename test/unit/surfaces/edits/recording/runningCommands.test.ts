import { describe, expect, it } from 'vitest';
import type { AnnouncedCommand } from '../../../../../src/conversation/commandAnnouncer';
import { RunningCommands } from '../../../../../src/surfaces/edits/recording/runningCommands';

const command = (itemId: string, changes: Partial<AnnouncedCommand> = {}): AnnouncedCommand => ({
  threadId: 'thread',
  turnId: 'turn',
  itemId,
  command: 'make',
  folder: '/w',
  ...changes,
});

function clock() {
  const time = { now: 1_000_000 };
  return { time, commands: new RunningCommands(() => time.now) };
}

describe('The commands that run', () => {
  it('are the authors of what changed while they ran, however late that is noticed', () => {
    const { time, commands } = clock();
    const running = commands.start(command('a'));
    time.now += 500;
    commands.end(running);
    time.now += 3000;
    expect(commands.authorOf('/w/x', 1_000_200)).toBe(running);
    expect(commands.authorOf('/w/x', 1_000_000 - 1000)).toBeUndefined();
    expect(commands.authorOf('/w/x', time.now)).toBeUndefined();
  });

  it('are the authors of what changed a moment before they were announced', () => {
    const { commands } = clock();
    expect(commands.authorOf('/w/x', 1_000_000 - 100)).toBeUndefined();
    const running = commands.start(command('a'));
    expect(commands.authorOf('/w/x', 1_000_000 - 100)).toBe(running);
  });

  it('have deleted what is noticed to be gone soon after they ended, and not what is gone later', () => {
    const { time, commands } = clock();
    const running = commands.start(command('a'));
    commands.end(running);
    time.now += 1000;
    expect(commands.authorOf('/w/x', null)).toBe(running);
    time.now += 1000;
    expect(commands.authorOf('/w/x', null)).toBeUndefined();
  });

  it('are forgotten when no change of theirs can be reported any more', () => {
    const { time, commands } = clock();
    expect(commands.isEmpty).toBe(true);
    const running = commands.start(command('a'));
    time.now += 60_000;
    expect(commands.isEmpty).toBe(false);
    commands.end(running);
    expect(commands.isEmpty).toBe(false);
    time.now += 60_000;
    expect(commands.isEmpty).toBe(true);
  });

  it('are told apart by the file they name, then by their folder, then by the later start', () => {
    const { time, commands } = clock();
    const named = commands.start(command('a', { command: 'sed -i s/a/b/ x.txt', folder: '/w' }));
    const near = commands.start(command('b', { folder: '/w/src' }));
    time.now += 1;
    const late = commands.start(command('c', { folder: '/other' }));
    expect(commands.authorOf('/w/src/x.txt', time.now)).toBe(named);
    expect(commands.authorOf('/w/src/y.txt', time.now)).toBe(near);
    expect(commands.authorOf('/elsewhere/y.txt', time.now)).toBe(late);
  });
});
