import assert from 'node:assert/strict';
import fs from 'node:fs';
import { open, useDocuments } from './documentHost';

const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');

const ENCODINGS: readonly (readonly [name: string, encode: (text: string) => Buffer, setting?: string])[] = [
  ['UTF-8', (text) => Buffer.from(text)],
  ['UTF-8 with a byte order mark', (text) => Buffer.from(`\ufeff${text}`)],
  ['UTF-16 LE', utf16],
  ['UTF-16 BE', (text) => utf16(text).swap16()],
  ['Latin-1', (text) => Buffer.from(text, 'latin1'), 'iso88591'],
];
const LINE_ENDINGS: Readonly<Record<string, readonly string[]>> = {
  LF: ['\n', '\n'],
  CRLF: ['\r\n', '\r\n'],
  'mixed line endings': ['\n', '\r\n'],
  'a lone carriage return': ['\r', '\n'],
};

describe('EditorDocuments: bytes', () => {
  const bench = useDocuments();

  for (const isOpen of [false, true]) {
    const state = isOpen ? 'open' : 'closed';

    for (const [encoding, encode, setting] of ENCODINGS) {
      it(`of ${encoding} change only where Codex changed them, whatever the line endings, ${state}`, async () => {
        if (setting) await bench.configure('files.encoding', setting);
        for (const [name, [first = '', second = '']] of Object.entries(LINE_ENDINGS)) {
          for (const end of [second, '']) {
            const content = (middle: string) => encode(`alpha é${first}${middle}${second}gamma ü${second}delta${end}`);
            const file = bench.put('a.txt', content('beta'));
            if (isOpen) await open(file);
            assert.deepEqual(await bench.replace(file, 'beta', 'BÉTA two'), { kind: 'written' }, name);
            assert.deepEqual(fs.readFileSync(file), content('BÉTA two'), `${name}, ${JSON.stringify(end)} at the end`);
            assert.deepEqual(await bench.host.remove(file), { kind: 'written' });
          }
        }
        assert.deepEqual(bench.unsaved, []);
      });
    }
  }

  const cases: [title: string, before: Buffer, from: string, to: string, after: Buffer][] = [
    ['CRLF', Buffer.from('a\r\nb\r\n'), 'b\r\n', 'B\nC\r\n', Buffer.from('a\r\nB\r\nC\r\n')],
    ['a byte order mark', Buffer.from('\ufeffa\nb\n'), 'a', 'A', Buffer.from('\ufeffA\nb\n')],
    ['UTF-16', utf16('a\nbé\n'), 'bé', 'Bé', utf16('a\nBé\n')],
    ['mixed line endings', Buffer.from('a\nb\r\nc\nd\n'), 'c', 'C', Buffer.from('a\nb\r\nC\nd\n')],
    ['a lone carriage return', Buffer.from('a\rb\nc\n'), 'c', 'C', Buffer.from('a\rb\nC\n')],
    ['no newline at the end', Buffer.from('a\nb'), 'a', 'A', Buffer.from('A\nb')],
  ];
  for (const isOpen of [false, true]) {
    for (const [title, before, from, to, after] of cases) {
      it(`of a file with ${title} change only where Codex changed them, ${isOpen ? 'open' : 'closed'}`, async () => {
        const file = bench.put('a.txt', before);
        if (isOpen) await open(file);
        assert.deepEqual(await bench.replace(file, from, to), { kind: 'written' });
        assert.deepEqual(fs.readFileSync(file), after);
      });
    }

    it(`in an encoding that the editor does not know are left alone, ${isOpen ? 'open' : 'closed'}`, async () => {
      const bytes = Buffer.from('caf\xe9\nb\n', 'latin1');
      const file = bench.put('a.txt', bytes);
      if (isOpen) await open(file);
      assert.deepEqual(await bench.host.read(file), { kind: 'pass' });
      assert.deepEqual(await bench.host.write(file, 'x'), { kind: 'pass' });
      assert.deepEqual(fs.readFileSync(file), bytes);
    });
  }

  it('keep another encoding that the editor guesses', async () => {
    await bench.configure('files.autoGuessEncoding', true);
    const text = (word: string) => Buffer.from(`Les élèves ont été reçus à l'école.\n${word}\n`.repeat(20), 'latin1');
    const file = bench.put('a.txt', text('beta'));
    await open(file);
    assert.deepEqual(await bench.host.write(file, (await bench.read(file)).replaceAll('beta', 'bêta')), {
      kind: 'written',
    });
    assert.deepEqual(fs.readFileSync(file), text('bêta'));
  });

  it('beyond 50 MB pass on, reading and writing alike', async () => {
    const file = bench.put('large.txt', Buffer.alloc(50 * 1024 * 1024 + 2, 'a\n'));
    assert.deepEqual(await bench.host.read(file), { kind: 'pass' });
    assert.deepEqual(await bench.host.write(file, 'text'), { kind: 'pass' });
    assert.deepEqual(await bench.host.remove(file), { kind: 'pass' });
  });

  it('that are no text pass on, reading and writing alike', async () => {
    const file = bench.put('a.bin', Buffer.from([0, 1, 2, 10]));
    assert.deepEqual(await bench.host.read(file), { kind: 'pass' });
    assert.deepEqual(await bench.host.write(file, 'text'), { kind: 'pass' });
    assert.deepEqual(await bench.host.remove(file), { kind: 'pass' });
  });
});
