/** What the feeder writes. */
export interface Feed {
  /** Concurrent turns, each of a thread of its own. */
  readonly turns: number;
  /** Messages in all; at least three per turn and pass. */
  readonly messages: number;
  /** How often the turns end and new ones begin. */
  readonly passes: number;
  /** When set, the feed is one `item/completed` line of about so many bytes instead. */
  readonly lineBytes?: number | undefined;
}

/** Lines that are repeated until a pass has its messages. */
const BLOCK_MESSAGES = 20_000;
const WORDS = 'the router gives each message to the turn it names and frees what every reader has passed '.split(' ');

/** The id of the thread of one turn: as long as those of codex. */
export function threadIdOf(turn: number): string {
  return `019a9c00-7e11-7000-8000-${turn.toString(16).padStart(12, '0')}`;
}

/** The id of one turn in one pass: as long as those of codex. */
export function turnIdOf(turn: number, pass: number): string {
  return `${turnIdPrefix(pass)}8000-${turn.toString(16).padStart(12, '0')}`;
}

function turnIdPrefix(pass: number): string {
  return `019a9c01-${pass
    .toString(16)
    .padStart(8, '0')
    .replace(/^(.{4})/, '$1-')}-`;
}

/**
 * The bytes of a feed, in pieces that end with a line. Each pass has a `turn/started` per turn, deltas that change
 * turn with every message (in an order that looks random and is always the same), and a `turn/completed` per turn.
 * Lines are as codex 0.169.0 writes them: no `jsonrpc`, `emittedAtMs` last, about 260 bytes on average.
 */
export function* feedBytes({ turns, messages, passes, lineBytes }: Feed): Generator<Buffer, void, undefined> {
  if (lineBytes !== undefined) {
    yield Buffer.from(longLine(lineBytes));
    return;
  }
  const perPass = messages / passes;
  const all = Array.from({ length: turns }, (_, turn) => turn);
  const deltas = perPass - 2 * turns;
  const lines = deltaLines(turns, Math.min(deltas, BLOCK_MESSAGES));
  for (let pass = 0; pass < passes; pass += 1) {
    yield Buffer.from(all.map((turn) => boundary('turn/started', 'inProgress', turn, pass)).join(''));
    const ofPass = (count: number): Buffer =>
      Buffer.from(lines.slice(0, count).join('').replaceAll(turnIdPrefix(0), turnIdPrefix(pass)));
    const whole = ofPass(lines.length);
    for (let left = deltas; left > 0; left -= lines.length) yield left >= lines.length ? whole : ofPass(left);
    yield Buffer.from(all.map((turn) => boundary('turn/completed', 'completed', turn, pass)).join(''));
  }
}

function line(method: string, params: object): string {
  return `${JSON.stringify({ method, params, emittedAtMs: 1_795_000_000_000 })}\n`;
}

function boundary(method: string, status: string, turn: number, pass: number): string {
  return line(method, {
    threadId: threadIdOf(turn),
    turn: { id: turnIdOf(turn, pass), items: [], status, error: null },
  });
}

/** Deltas of the turns of the first pass. */
function deltaLines(turns: number, count: number): string[] {
  const ids = Array.from({ length: turns }, (_, turn) => ({ threadId: threadIdOf(turn), turnId: turnIdOf(turn, 0) }));
  let random = 1;
  return Array.from({ length: count }, (_, index) => {
    random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0;
    return deltaLine(ids[(random >>> 8) % turns], index);
  });
}

/** Of twenty deltas, seventeen are the agent's words, two its reasoning, one the output of a command. */
function deltaLine(ids: { threadId: string; turnId: string } | undefined, index: number): string {
  const text = words(index, 4);
  if (index % 20 === 7) {
    const delta = `${words(index, 60)}\n`;
    return line('item/commandExecution/outputDelta', { ...ids, itemId: 'call_5f0c2ab94d6e4b1c', delta });
  }
  if (index % 10 === 4) {
    return line('item/reasoning/textDelta', { ...ids, itemId: 'rs_5f0c2ab94d6e4b1c', delta: text, contentIndex: 0 });
  }
  return line('item/agentMessage/delta', { ...ids, itemId: 'msg_5f0c2ab94d6e4b1c', delta: text });
}

function words(from: number, count: number): string {
  return Array.from({ length: count }, (_, index) => WORDS[(from + index) % WORDS.length]).join(' ');
}

function longLine(bytes: number): string {
  const output = `${words(0, 16)}\n`;
  // In JSON its line end takes two bytes.
  const aggregatedOutput = output.repeat(Math.ceil(bytes / (output.length + 1)));
  const item = { type: 'commandExecution', id: 'call_5f0c2ab94d6e4b1c', command: 'cat', status: 'completed' };
  return line('item/completed', {
    threadId: threadIdOf(0),
    turnId: turnIdOf(0, 0),
    item: { ...item, aggregatedOutput },
    completedAtMs: 1_795_000_000_000,
  });
}
