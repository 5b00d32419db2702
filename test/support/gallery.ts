import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import type { Chat } from './chat';
import { eventually } from './eventually';
import { GALLERY_THEMES, type PictureName } from './pictures';
import type { Session } from './session';

/** Where `npm run gallery` wants its pictures; none are taken in an ordinary run. */
const OUT = process.env.SWITCHYARD_GALLERY;
const ROOM = 4;

/** Sets the colour theme of a session's window, and waits until a chat has it. */
export async function setTheme(session: Session, chat: Chat, theme: string): Promise<void> {
  session.write('.vscode/settings.json', JSON.stringify({ 'workbench.colorTheme': theme }));
  const body = chat.frame.locator('body');
  await eventually(async () => {
    const shown = await body.getAttribute('data-vscode-theme-id');
    if (shown !== theme) throw new Error(`The theme is ${String(shown)}.`);
  });
}

/**
 * Takes a picture of `parts` in a dark and a light theme when the gallery is made. Nothing else depends on it: what is
 * shown is asserted by the test that calls it.
 */
export async function picture(session: Session, chat: Chat, name: PictureName, ...parts: Locator[]): Promise<void> {
  if (OUT === undefined) return;
  mkdirSync(OUT, { recursive: true });
  const { page } = session.workbench;
  for (const [suffix, theme] of Object.entries(GALLERY_THEMES)) {
    await setTheme(session, chat, theme);
    await page.mouse.move(0, 0);
    await chat.frame.evaluate(async () => {
      await document.fonts.ready;
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    });
    const clip = await boxAround(chat, parts);
    await page.screenshot({ path: path.join(OUT, `${name}-${suffix}.png`), clip, animations: 'disabled' });
  }
}

/** The smallest box around all parts, with some room, as wide as the chat. */
async function boxAround(chat: Chat, parts: readonly Locator[]) {
  const frame = await chat.frame.locator('body').boundingBox();
  const boxes = await Promise.all(parts.map((part) => part.boundingBox()));
  const shown = boxes.filter((box) => box !== null);
  if (!frame || shown.length !== parts.length) throw new Error('A part of the picture is not shown.');
  const top = Math.max(frame.y, Math.min(...shown.map(({ y }) => y)) - ROOM);
  const bottom = Math.min(frame.y + frame.height, Math.max(...shown.map(({ y, height }) => y + height)) + ROOM);
  return { x: frame.x, width: frame.width, y: Math.floor(top), height: Math.ceil(bottom - top) };
}
