import { type Disposable, DisposableStore, toDisposable } from '../../base/disposable';
import type { ApprovedFile, ApprovedPatch, WriteDecision } from '../../conversation/context';
import { acceptedText, describeChoice, type DecidedFile } from '../../conversation/edits/partialChange';
import type { ItemOrigin } from '../../conversation/itemAnnouncer';
import type { EditorDocuments } from './editorDocuments';
import { saveBeforeWrite } from './saveBeforeWrite';

export interface ApprovedPatchesOptions {
  readonly documents: EditorDocuments;
  /** Whether the editor writes what Codex changes; where it does not, the server does. */
  readonly editorWrites: () => boolean;
}

/**
 * Gets the editor ready for a patch that the person accepted: where they left something out or wrote another text, the
 * write of Codex is amended, and Codex is told what became of it.
 */
export class ApprovedPatches {
  private readonly patches = new Map<string, DisposableStore>();

  constructor(private readonly options: ApprovedPatchesOptions) {}

  /** A patch has begun; what was amended for it holds until what is returned is disposed. */
  begin(patch: ItemOrigin): Disposable {
    const store = new DisposableStore();
    this.patches.set(keyOf(patch), store);
    return toDisposable(() => {
      this.patches.delete(keyOf(patch));
      store.dispose();
    });
  }

  /** Runs before the acceptance of `patch` is answered. */
  async prepare(patch: ApprovedPatch): Promise<WriteDecision> {
    const isWhole = patch.files.every(({ choice }) => choice === 'all');
    if (!this.options.editorWrites()) {
      if (isWhole) return { write: await saveBeforeWrite(patch.files.map(({ path }) => path)) };
      return { write: false, note: DECLINED_IN_PART + (await this.describe(patch.files)) };
    }
    if (isWhole) return { write: true };
    const store = this.patches.get(keyOf(patch));
    // The patch has ended meanwhile: nothing will be written.
    if (store === undefined) return { write: false };
    const decisions = await this.decide(patch.files);
    const misfit = decisions.find(({ decision }) => decision === undefined);
    if (misfit) return { write: false, note: changedMeanwhile(misfit.file.label) };
    for (const { file, decision } of decisions)
      if (decision && file.choice !== 'all') store.add(this.amend(file, decision));
    const note = describeChoice(decisions.flatMap(({ decision }) => decision ?? []));
    return note === '' ? { write: true } : { write: true, note };
  }

  private amend(file: ApprovedFile, decision: DecidedFile): Disposable {
    const { documents } = this.options;
    const target = file.movedTo ?? file.path;
    if (target === file.path || file.choice !== 'none') return documents.expectAmended(target, decision);
    const store = new DisposableStore();
    store.add(documents.expectAmended(target, { proposed: decision.proposed, accepted: null }));
    store.add(documents.expectAmended(file.path, { proposed: null, accepted: decision.accepted }));
    return store;
  }

  private async decide(files: readonly ApprovedFile[]) {
    return Promise.all(files.map(async (file) => ({ file, decision: await this.textsOf(file) })));
  }

  /** What the file becomes by the whole change, and by what was accepted of it; `undefined`: it no longer fits. */
  private async textsOf(file: ApprovedFile): Promise<DecidedFile | undefined> {
    const current = await this.options.documents.liveText(file.path);
    const texts = acceptedText(file, current ?? undefined, file.choice);
    return texts && { ...texts, label: file.label, change: file, choice: file.choice };
  }

  private async describe(files: readonly ApprovedFile[]): Promise<string> {
    const decisions = await this.decide(files);
    return describeChoice(decisions.flatMap(({ decision }) => decision ?? []));
  }
}

const DECLINED_IN_PART =
  'The user accepted only a part of the change. This version of Codex cannot write a part of a patch, so nothing was ' +
  'written. Make the change again, as the user wants it. ';

function changedMeanwhile(label: string): string {
  return (
    `The user accepted a part of the change, but ${label} was changed meanwhile, so that the part could not be told ` +
    'apart. Nothing was written. Read the file again before you propose a change.'
  );
}

function keyOf({ threadId, turnId, itemId }: ItemOrigin): string {
  return `${threadId} ${turnId} ${itemId}`;
}
