import { GALLERY_THEMES, PICTURES } from '../../test/support/pictures';

/** The files of all pictures of the gallery, in the order of its page. */
export function galleryFiles(): string[] {
  const pictures = Object.values(PICTURES).flatMap((section) => Object.keys(section));
  return pictures.flatMap((name) => Object.keys(GALLERY_THEMES).map((theme) => fileOf(name, theme)));
}

/** docs/gallery.md. */
export function galleryPage(): string {
  const sections = Object.entries(PICTURES).map(([title, pictures]) => {
    const entries = Object.entries(pictures).map(([name, caption]) => {
      const images = Object.keys(GALLERY_THEMES).map(
        (theme) => `![${caption} ${theme} theme](images/gallery/${fileOf(name, theme)})`,
      );
      return [caption, ...images].join('\n\n');
    });
    return [`## ${title}`, ...entries].join('\n\n');
  });
  return `${[HEAD, ...sections].join('\n\n')}\n`;
}

const fileOf = (name: string, theme: string): string => `${name}-${theme}.png`;

const HEAD = `# Gallery

Everything that a conversation can show, in a dark and in a light theme: the real editor, the real \`codex\` and a
scripted model. What no scripted model brings about is put into a real turn.

\`npm run gallery\` takes the pictures again, with the tests that assert what is on them, and writes this page.`;
