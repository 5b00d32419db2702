import type { CodeTheme } from '../../../src/shared/codeTheme';
import { loadGrammar } from './grammars';
import type { CodeLine, FromHighlightWorker, ToHighlightWorker } from './highlighting';

const MAX_LINES = 2000;
const MAX_CHARACTERS = 200_000;
/** A pattern may run away on a code that it was not made for. */
const LIMIT_MS = 20_000;
const MAX_RESTARTS = 3;
const CACHE_CHARACTERS = 1_000_000;

/** Colours for code, under a name of its own. */
export interface NamedTheme {
  readonly name: string;
  readonly isLight: boolean;
  readonly rules: CodeTheme;
}

/** What is to be highlighted: in a grammar that `grammarOf` gave. */
export interface CodeToHighlight {
  readonly code: string;
  readonly grammar: string;
  readonly theme: NamedTheme;
}

/** Called with each piece of a code as it is ready; `index` counts from 0. */
export type OnChunk = (index: number, lines: readonly CodeLine[]) => void;

/** What the highlighter needs of a worker. */
export interface WorkerLike {
  postMessage(message: ToHighlightWorker): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<FromHighlightWorker>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

export interface HighlighterHost {
  /** Starts the worker; rejects where there can be none, and then nothing is ever highlighted. */
  readonly startWorker: () => Promise<WorkerLike>;
  /** Calls back when nothing more urgent is to be done. */
  readonly whenIdle: (callback: () => void) => void;
}

interface Job extends CodeToHighlight {
  readonly id: number;
  readonly onChunk: OnChunk;
  readonly chunks: (readonly CodeLine[])[];
}

interface Running {
  readonly worker: WorkerLike;
  readonly grammars: Set<string>;
  readonly registrations: Set<string>;
  readonly themes: Set<string>;
}

/**
 * Highlights code in a worker, one code after the other, those asked for last first: they are what is in sight. What was
 * highlighted is remembered, because rows of a transcript come and go.
 */
export class Highlighter {
  private readonly waiting: Job[] = [];
  private readonly done = new Map<string, readonly (readonly CodeLine[])[]>();
  private doneCharacters = 0;
  private current: Job | undefined;
  private running: Running | undefined;
  private limit: ReturnType<typeof setTimeout> | undefined;
  private restarts = 0;
  private jobs = 0;

  constructor(private readonly host: HighlighterHost) {}

  /**
   * Gives the pieces of a code to `onChunk`: at once where they are known, else as they are ready. Code that is too long
   * stays plain, and so does one that the grammar cannot cope with.
   *
   * @returns ends the wish; `onChunk` is not called after that.
   */
  highlight(wanted: CodeToHighlight, onChunk: OnChunk): () => void {
    const known = this.done.get(keyOf(wanted));
    if (known) {
      for (const [index, lines] of known.entries()) onChunk(index, lines);
      return () => undefined;
    }
    if (this.restarts > MAX_RESTARTS || isTooLong(wanted.code)) return () => undefined;
    let isWanted = true;
    const job: Job = {
      ...wanted,
      id: ++this.jobs,
      chunks: [],
      onChunk: (index, lines) => {
        if (isWanted) onChunk(index, lines);
      },
    };
    this.waiting.push(job);
    this.host.whenIdle(() => void this.next());
    return () => {
      isWanted = false;
      const at = this.waiting.indexOf(job);
      if (at >= 0) this.waiting.splice(at, 1);
    };
  }

  private async next(): Promise<void> {
    if (this.current) return;
    const job = this.waiting.pop();
    if (!job) return;
    this.current = job;
    // Without a worker or a grammar the code stays plain, which is what it is already.
    try {
      this.running ??= await this.start();
    } catch {
      this.restarts = MAX_RESTARTS + 1;
      this.waiting.length = 0;
    }
    try {
      if (this.running) await this.run(job, this.running);
      else this.finish(job);
    } catch {
      this.finish(job);
    }
  }

  private async run(job: Job, running: Running): Promise<void> {
    await this.prepare(job, running);
    // The worker may have ended meanwhile, and the job with it.
    if (this.current !== job) return;
    const { id, code, grammar, theme } = job;
    this.limit = setTimeout(() => this.giveUp(), LIMIT_MS);
    running.worker.postMessage({ type: 'code', id, code, language: grammar, theme: theme.name });
  }

  private async start(): Promise<Running> {
    const worker = await this.host.startWorker();
    worker.onmessage = ({ data }) => this.receive(data);
    worker.onerror = () => this.giveUp();
    return { worker, grammars: new Set(), registrations: new Set(), themes: new Set() };
  }

  /** Tells the worker what it does not know yet. */
  private async prepare({ grammar, theme }: Job, running: Running): Promise<void> {
    const { worker, grammars, registrations, themes } = running;
    if (!grammars.has(grammar)) {
      const fresh = (await loadGrammar(grammar)).filter(({ name }) => !registrations.has(name));
      for (const { name } of fresh) registrations.add(name);
      worker.postMessage({ type: 'grammar', registrations: fresh });
      grammars.add(grammar);
    }
    if (themes.has(theme.name)) return;
    worker.postMessage({ type: 'theme', name: theme.name, isLight: theme.isLight, theme: theme.rules });
    themes.add(theme.name);
  }

  private receive(message: FromHighlightWorker): void {
    const job = this.current;
    if (job?.id !== message.id) return;
    if (message.type === 'chunk') {
      job.chunks[message.index] = message.lines;
      this.host.whenIdle(() => job.onChunk(message.index, message.lines));
    } else {
      this.finish(job);
    }
  }

  /** The worker does not answer any more: the code stays as far as it came, and the next one gets a new worker. */
  private giveUp(): void {
    this.running?.worker.terminate();
    this.running = undefined;
    this.restarts += 1;
    if (this.restarts > MAX_RESTARTS) this.waiting.length = 0;
    if (this.current) this.finish(this.current);
  }

  private finish(job: Job): void {
    if (this.current !== job) return;
    clearTimeout(this.limit);
    this.current = undefined;
    this.remember(job);
    this.host.whenIdle(() => void this.next());
  }

  private remember(job: Job): void {
    const key = keyOf(job);
    if (this.done.has(key)) return;
    this.done.set(key, job.chunks);
    this.doneCharacters += key.length;
    for (const [oldest] of this.done) {
      if (this.doneCharacters <= CACHE_CHARACTERS) return;
      this.done.delete(oldest);
      this.doneCharacters -= oldest.length;
    }
  }
}

function isTooLong(code: string): boolean {
  return code.length > MAX_CHARACTERS || code.split('\n').length > MAX_LINES;
}

function keyOf({ code, grammar, theme }: CodeToHighlight): string {
  return `${theme.name}\0${grammar}\0${code}`;
}
