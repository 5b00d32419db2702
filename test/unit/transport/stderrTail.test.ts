import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { StderrTail } from '../../../src/transport/stderrTail';
import { settle } from '../../support/fakeAppServer';

function tailOf() {
  const stream = new PassThrough();
  const heard: string[] = [];
  return { stream, heard, tail: new StderrTail(stream, (line) => heard.push(line)) };
}

describe('StderrTail', () => {
  it('T10: keeps the last 400 lines', async () => {
    const { stream, heard, tail } = tailOf();
    stream.write(Array.from({ length: 405 }, (_, index) => `line ${index}\n`).join(''));
    await settle();
    expect(heard).toHaveLength(405);
    const kept = tail.last(1000, 100_000).split('\n');
    expect(kept).toHaveLength(400);
    expect(kept[0]).toBe('line 5');
    expect(tail.last(2)).toBe('line 403\nline 404');
  });

  it('T10: quotes at most so many characters, and those from the end', async () => {
    const { stream, tail } = tailOf();
    stream.write('first line\nsecond line\n');
    await settle();
    expect(tail.last(40, 6)).toBe('d line');
    stream.write(`${'x'.repeat(3000)}\n`);
    await settle();
    expect(tail.last(40)).toHaveLength(2000);
  });

  it('leaves out colours, secrets, carriage returns and empty lines', async () => {
    const { stream, heard } = tailOf();
    stream.write('\u001b[31mERROR\u001b[0m key sk-abcdefgh12345678\r\n\n   \n\u001b[2m\u001b[0m\n');
    await settle();
    expect(heard).toEqual(['ERROR key sk-abcdefgh…']);
  });

  it('keeps a last line that has no end', async () => {
    const { stream, heard, tail } = tailOf();
    stream.write('panicked at ma');
    stream.write('in.rs');
    await settle();
    expect(heard).toEqual([]);
    stream.end();
    await settle();
    expect(heard).toEqual(['panicked at main.rs']);
    expect(tail.last(40)).toBe('panicked at main.rs');
  });

  it('has nothing to quote when nothing was written', async () => {
    const { stream, tail } = tailOf();
    stream.end();
    await settle();
    expect(tail.last(40)).toBe('');
  });
});
