import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRotatingLogger } from '../../../../scripts/host/fileLogger';

describe('the log writer of a host', () => {
  let directory: string;
  let file: string;

  beforeEach(() => {
    directory = mkdtempSync(path.join(os.tmpdir(), 'switchyard-log-'));
    file = path.join(directory, 'exthost', 'extension.log');
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  it('writes a line with time and level into a folder that was not there', async () => {
    const logger = await createRotatingLogger('name', file);
    logger.warn('wheels are hot');
    expect(readFileSync(file, 'utf8')).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \[warning\] wheels are hot\n$/);
  });

  it('leaves out what is below its level', async () => {
    const logger = await createRotatingLogger('name', file);
    logger.setLevel(4);
    logger.warn('left out');
    logger.error('kept');
    expect(readFileSync(file, 'utf8')).toMatch(/^[^\n]*kept\n$/);
  });

  it('writes the bare text once formatting is off', async () => {
    const logger = await createRotatingLogger('name', file);
    logger.clearFormatters();
    logger.info('a');
    logger.info('b\n');
    expect(readFileSync(file, 'utf8')).toBe('ab\n');
  });

  it('writes nothing after it was dropped', async () => {
    const logger = await createRotatingLogger('name', file);
    logger.info('before');
    logger.drop();
    logger.critical('after');
    expect(readFileSync(file, 'utf8')).not.toContain('after');
  });
});
