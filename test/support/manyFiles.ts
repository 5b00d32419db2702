import fs from 'node:fs';
import path from 'node:path';

const FOLDERS = 50;

/** A folder of small files that one patch changes: it updates every second file and makes the others. */
export class ManyFiles {
  readonly paths: readonly string[];

  /** @param workspace what the paths of the patch are relative to; `folder` lies in it. */
  constructor(
    private readonly workspace: string,
    readonly folder: string,
    count: number,
  ) {
    this.paths = Array.from({ length: count }, (_, i) => path.join(folder, `d${i % FOLDERS}`, `${i}.txt`));
  }

  /** Writes the files that the patch updates. */
  write(): void {
    for (const [index, file] of this.paths.entries()) {
      fs.mkdirSync(path.dirname(file), { recursive: true });
      if (!isAdded(index)) fs.writeFileSync(file, `old ${index}\nstays\n`);
    }
  }

  /** In Codex's patch format. */
  get patch(): string {
    const parts = this.paths.map((file, index) => {
      const name = path.relative(this.workspace, file);
      if (isAdded(index)) return `*** Add File: ${name}\n+new ${index}`;
      return `*** Update File: ${name}\n@@\n-old ${index}\n+new ${index}`;
    });
    return ['*** Begin Patch', ...parts, '*** End Patch'].join('\n');
  }

  /** The files that are not as the patch makes them. */
  unpatched(): string[] {
    return this.paths.filter((file, index) => {
      const content = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
      return content !== `new ${index}\n${isAdded(index) ? '' : 'stays\n'}`;
    });
  }
}

function isAdded(index: number): boolean {
  return index % 2 === 1;
}
