import type { FilesItem } from '../shared/conversation';
import type { ApprovedFile } from './context';
import type { ViewStore } from './viewStore';

/** What the editor did with the files of a change otherwise than Codex proposed: said beside the change. */
export class FileNotes {
  /** Changes of files of which the editor refused to write one. */
  private readonly refused = new Set<string>();

  constructor(private readonly state: ViewStore) {}

  /** Notes something beside the newest change of this file; gives the change, unless the file is in none. */
  add(path: string, note: string): FilesItem | undefined {
    for (const turn of this.state.view.turns.toReversed()) {
      const item = turn.items.findLast(
        (entry): entry is FilesItem =>
          entry.type === 'files' && entry.changes.some((change) => change.path === path || change.movedTo === path),
      );
      if (!item) continue;
      this.state.emit([
        { type: 'item', turnId: turn.id, item: { ...item, notes: [...new Set([...item.notes, note])] } },
      ]);
      return item;
    }
    return undefined;
  }

  /** Notes that the editor did not write a file; `false`: it is in no change. */
  addRefusal(path: string, note: string): boolean {
    const found = this.add(path, note);
    if (found) this.refused.add(found.id);
    return found !== undefined;
  }

  isRefused(itemId: string): boolean {
    return this.refused.has(itemId);
  }

  /** Notes what becomes of the files that were not accepted as they were proposed. */
  addChoices(files: readonly ApprovedFile[]): void {
    for (const file of files) if (file.choice !== 'all') this.add(file.path, noteOfChoice(file));
  }
}

/** What became of a proposed file that was not accepted as it was. */
function noteOfChoice({ label, choice }: ApprovedFile): string {
  if (choice === 'none') return `${label}: left out, as you chose.`;
  return typeof choice === 'object' && 'text' in choice
    ? `${label}: written as you edited it.`
    : `${label}: written in part, as you chose.`;
}
