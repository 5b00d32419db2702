import { describe, expect, it } from 'vitest';
import { withSection } from '../../../../scripts/bench/benchmarksFile';

const REPORT = '# Benchmarks\n\n## Router\n\nold\n\n### Goals\n\nrouter\n\n## Chat\n\nchat\n';

describe('a saved section', () => {
  it('takes the place of the one with its heading, and leaves the others as they are', () => {
    expect(withSection(REPORT, '## Router\n\nnew\n')).toBe('# Benchmarks\n\n## Router\n\nnew\n\n## Chat\n\nchat\n');
    expect(withSection(REPORT, '## Chat\n\nnew\n')).toBe(REPORT.replace('chat\n', 'new\n'));
  });

  it('comes last when it is new, also where another heading begins alike', () => {
    expect(withSection(REPORT, '## Chat typing\n\nnew\n')).toBe(`${REPORT}\n## Chat typing\n\nnew\n`);
  });
});
