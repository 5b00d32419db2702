const SIGNATURES: readonly (readonly [type: string, offset: number, bytes: string])[] = [
  ['png', 0, '\u0089PNG\r\n\u001a\n'],
  ['jpg', 0, '\u00ff\u00d8\u00ff'],
  ['gif', 0, 'GIF8'],
  ['webp', 8, 'WEBP'],
];

/** The type of an image that models take, told by its first bytes whatever its name says; `undefined`: it is none. */
export function imageType(bytes: Uint8Array): string | undefined {
  const found = SIGNATURES.find(([, offset, signature]) =>
    Array.from(signature).every((character, index) => bytes[offset + index] === character.charCodeAt(0)),
  );
  return found?.[0];
}
