import type { Rule } from 'eslint';

interface Stage {
  readonly stages: readonly string[];
  readonly packages: readonly string[];
}

export const TABLE: Readonly<Record<string, Stage>>;
export function violation(file: string, source: string, root: string): string | undefined;
export const importTable: Rule.RuleModule;
