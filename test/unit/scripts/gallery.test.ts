import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { galleryFiles, galleryPage } from '../../../scripts/gallery/page';

const docs = path.resolve(__dirname, '../../../docs');
const folder = path.join(docs, 'images/gallery');

describe('the gallery', () => {
  it('is the page that the script writes', () => {
    expect(readFileSync(path.join(docs, 'gallery.md'), 'utf8')).toBe(galleryPage());
  });

  it('has a picture for everything on its page, and no other', () => {
    expect(readdirSync(folder).sort()).toEqual(galleryFiles().sort());
  });
});
