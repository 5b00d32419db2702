import type { FileChangeView, ProposedFileView } from '../shared/conversation';
import { type FileChoice, proposalHunks } from './edits/partialChange';
import type { ApprovedFile } from './context';

/** Beyond these a panel would be made slow by what nobody reads: files can then only be chosen whole. */
const MAX_FILES_WITH_HUNKS = 200;
const MAX_DIFF_CHARACTERS = 200_000;

/** The files of a proposed change and what the person chose of each. */
export class ProposalChoices {
  private readonly choices = new Map<string, FileChoice>();
  private readonly hunkCounts = new Map<string, number>();
  private views: readonly ProposedFileView[];

  /** @param folders inside of which a change is expected; absolute. */
  constructor(
    private readonly changes: readonly FileChangeView[],
    folders: readonly string[],
  ) {
    const withHunks = changes.length <= MAX_FILES_WITH_HUNKS;
    this.views = changes.map((change) => {
      const view = toView(change, folders, withHunks);
      this.hunkCounts.set(change.path, view.hunks.length);
      return view;
    });
  }

  /** What a panel shows. */
  get files(): readonly ProposedFileView[] {
    return this.views;
  }

  /** What is to be written. */
  get approved(): readonly ApprovedFile[] {
    return this.changes.map((change) => ({ ...change, choice: this.choices.get(change.path) ?? 'all' }));
  }

  /** Chooses hunks of a file by their numbers; what is no hunk of it is ignored. */
  choose(path: string, hunks: readonly number[] | 'all' | 'none'): void {
    const count = this.hunkCounts.get(path);
    if (count === undefined) return;
    if (typeof hunks === 'string') {
      this.set(path, hunks);
      return;
    }
    const chosen = [...new Set(hunks)].filter((index) => index >= 0 && index < count).sort((a, b) => a - b);
    this.set(path, chosen.length === 0 ? 'none' : chosen.length === count ? 'all' : { hunks: chosen });
  }

  /** The person wrote another text than was proposed: it is to be written instead. */
  edit(path: string, text: string): void {
    if (this.hunkCounts.has(path)) this.set(path, { text });
  }

  private set(path: string, choice: FileChoice): void {
    this.choices.set(path, choice);
    this.views = this.views.map((view) => (view.path === path ? withChoice(view, choice) : view));
  }
}

function toView(change: FileChangeView, folders: readonly string[], withHunks: boolean): ProposedFileView {
  const { path, label, kind, added, removed, movedTo, diff } = change;
  const hunks = withHunks && diff.length <= MAX_DIFF_CHARACTERS ? proposalHunks(change) : [];
  return {
    path,
    label,
    kind,
    added,
    removed,
    outside: [path, ...(movedTo === null ? [] : [movedTo])].some((file) => !isInside(file, folders)),
    choice: 'all',
    hunks: hunks.map(({ lines }) => ({ lines, included: true })),
  };
}

function withChoice(view: ProposedFileView, choice: FileChoice): ProposedFileView {
  const included = (index: number): boolean =>
    typeof choice === 'object' && 'hunks' in choice ? choice.hunks.includes(index) : choice !== 'none';
  return {
    ...view,
    choice: typeof choice === 'string' ? choice : 'hunks' in choice ? 'some' : 'edited',
    hunks: view.hunks.map(({ lines }, index) => ({ lines, included: included(index) })),
  };
}

function isInside(path: string, folders: readonly string[]): boolean {
  if (/[\\/]\.\.(?:[\\/]|$)/.test(path)) return false;
  return folders.some((folder) => {
    const base = folder.replace(/[\\/]+$/, '');
    return path.startsWith(base) && /^(?:[\\/]|$)/.test(path.slice(base.length));
  });
}
