/**
 * Under what a file is known in maps, and compared: the same text for all spellings of its address that mean one file
 * where the file system does not tell upper from lower case (`platform`, as in `process.platform`).
 */
export function fileKey(uri: { toString(): string }, platform: string = process.platform): string {
  const address = uri.toString();
  return platform === 'win32' || platform === 'darwin' ? address.toLowerCase() : address;
}
