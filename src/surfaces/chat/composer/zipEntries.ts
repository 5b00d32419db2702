/** A file in a ZIP archive; `bytes`: its size when it is unpacked. */
export interface ZipEntry {
  readonly name: string;
  readonly bytes: number;
}

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_BYTES = 46;
/** Stands for a size that follows in the entry’s own ZIP64 field, which also archives of small files may use. */
const IN_ZIP64 = 0xffffffff;
const ZIP64_FIELD = 1;

/** The files of an archive of up to 4 GiB, as its directory lists them. @throws Error when it is none, or damaged */
export function zipEntries(archive: Buffer): ZipEntry[] {
  let end = archive.length - END_BYTES;
  while (end >= 0 && archive.readUInt32LE(end) !== END_SIGNATURE) end -= 1;
  if (end < 0) throw new Error('This is not a ZIP archive.');
  const entries: ZipEntry[] = [];
  let at = archive.readUInt32LE(end + 16);
  for (let count = archive.readUInt16LE(end + 10); count > 0; count -= 1) {
    if (archive.readUInt32LE(at) !== ENTRY_SIGNATURE) throw new Error('The ZIP archive is damaged.');
    const nameBytes = archive.readUInt16LE(at + 28);
    const name = archive.toString('utf8', at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes);
    const extra = archive.subarray(at + ENTRY_BYTES + nameBytes).subarray(0, archive.readUInt16LE(at + 30));
    const bytes = archive.readUInt32LE(at + 24);
    entries.push({ name, bytes: bytes === IN_ZIP64 ? zip64Size(extra) : bytes });
    at += ENTRY_BYTES + nameBytes + extra.length + archive.readUInt16LE(at + 32);
  }
  return entries;
}

/** The first number of the ZIP64 field among the fields of an entry. */
function zip64Size(extra: Buffer): number {
  let at = 0;
  while (extra.readUInt16LE(at) !== ZIP64_FIELD) at += 4 + extra.readUInt16LE(at + 2);
  return Number(extra.readBigUInt64LE(at + 4));
}
