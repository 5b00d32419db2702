import { describe, expect, it } from 'vitest';
import { imageType } from '../../../../../src/surfaces/chat/composer/imageType';

const bytes = (...values: (number | string)[]): Uint8Array =>
  Uint8Array.from(values.flatMap((value) => (typeof value === 'number' ? [value] : [...Buffer.from(value, 'latin1')])));

describe('imageType', () => {
  it.each([
    ['png', bytes(0x89, 'PNG\r\n', 0x1a, '\n', 0)],
    ['jpg', bytes(0xff, 0xd8, 0xff, 0xe0)],
    ['gif', bytes('GIF89a')],
    ['webp', bytes('RIFF', 1, 2, 3, 4, 'WEBPVP8 ')],
  ])('knows a %s by its first bytes', (type, content) => {
    expect(imageType(content)).toBe(type);
  });

  it.each([bytes(), bytes('<svg/>'), bytes('RIFF', 1, 2, 3, 4, 'WAVE'), bytes(0x89, 'PN')])(
    'knows what is no image that a model takes',
    (content) => {
      expect(imageType(content)).toBeUndefined();
    },
  );
});
