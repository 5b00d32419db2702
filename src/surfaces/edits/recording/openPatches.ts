import { type Disposable, toDisposable } from '../../../base/disposable';
import { type AnnouncedPatch, pathsOf } from '../../../conversation/patchAnnouncer';

interface OpenPatch {
  readonly patch: AnnouncedPatch;
  readonly paths: ReadonlySet<string>;
  readonly written: Set<string>;
}

/** An ended patch is asked only about a write that outlived it. */
const MAX_ENDED = 50;

/** Which patch a write belongs to: the calls that write files do not say so. */
export class OpenPatches {
  private readonly open = new Set<OpenPatch>();
  private ended: OpenPatch[] = [];
  private readonly waiting = new Set<(patch: AnnouncedPatch) => void>();

  /** @param mayWrite whether the person has not still to accept it. */
  constructor(private readonly mayWrite: (patch: AnnouncedPatch) => boolean = () => true) {}

  /** A patch has begun; dispose what is returned when it has ended. */
  add(patch: AnnouncedPatch): Disposable {
    const entry: OpenPatch = { patch, paths: pathsOf(patch), written: new Set() };
    this.open.add(entry);
    for (const waiter of [...this.waiting]) waiter(patch);
    return toDisposable(() => {
      this.open.delete(entry);
      this.ended = [entry, ...this.ended].slice(0, MAX_ENDED);
    });
  }

  /** The patch that wrote this file now, and that it did so: first those that have not, in the order they began. */
  takeWrite(file: string): AnnouncedPatch | undefined {
    const open = [...this.open].filter(({ paths }) => paths.has(file));
    const allowed = open.filter(({ patch }) => this.mayWrite(patch));
    const candidates = allowed.length > 0 ? allowed : open;
    const found =
      candidates.find(({ written }) => !written.has(file)) ??
      candidates.at(-1) ??
      this.ended.find(({ paths }) => paths.has(file));
    found?.written.add(file);
    return found?.patch;
  }

  /** Calls `found` once with the next patch that names this file, unless what is returned is disposed before. */
  onceNamed(file: string, found: (patch: AnnouncedPatch) => void): Disposable {
    const waiter = (patch: AnnouncedPatch): void => {
      if (!pathsOf(patch).has(file)) return;
      this.waiting.delete(waiter);
      found(patch);
    };
    this.waiting.add(waiter);
    return toDisposable(() => this.waiting.delete(waiter));
  }
}
