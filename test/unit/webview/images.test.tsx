// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import type { ImageResult, ImageView } from '../../../src/shared/images';
import type { ItemView } from '../../../src/shared/conversation';
import { all, button, hasButton, nameOf, openChatPage, posted, receive, show } from '../../support/chatPage';

openChatPage();

const URL_OF_IMAGE = 'data:image/png;base64,iVBORw0KGgo=';
const FILE: ImageView = { label: 'a.png', kind: 'file', address: '/project/a.png' };

const requests = () => posted.messages.flatMap((message) => (message.type === 'loadImage' ? [message] : []));

function answer(result: ImageResult): void {
  const request = requests().at(-1)?.request;
  if (request === undefined) throw new Error('No image was asked for.');
  receive({ type: 'image', request, result });
}

function showItem(item: ItemView) {
  const turn = { id: 'u', status: 'completed', startedAtMs: 0, durationMs: 1, problem: null } as const;
  const shown = show();
  shown.change({ type: 'turn', turn }, { type: 'item', turnId: 'u', item });
  return shown;
}

const step = (images: readonly ImageView[]): ItemView => ({
  type: 'step',
  id: 'i',
  icon: 'file-media',
  verb: 'Looked at',
  subject: '/project/a.png',
  status: 'completed',
  durationMs: null,
  text: '',
  images,
});

describe('the images of an item', () => {
  it('are asked for when their row is there, and open in the editor', () => {
    const { conversation } = showItem(step([FILE]));
    const image = { kind: 'item', turnId: 'u', itemId: 'i', index: 0 };
    expect(requests()).toMatchObject([{ key: conversation.key, image }]);
    expect(all('.image img')).toEqual([]);
    answer({ url: URL_OF_IMAGE });
    expect(all('.image img').map((element) => element.getAttribute('src'))).toEqual([URL_OF_IMAGE]);
    button('Open image a.png').click();
    expect(posted.messages.at(-1)).toEqual({ type: 'openImage', key: conversation.key, image });
  });

  it('say why one of them is not shown', () => {
    showItem(step([FILE]));
    answer({ problem: 'missing' });
    expect(all('.image-missing').map(nameOf)).toEqual(['a.png is not there any more']);
  });

  it('are never loaded from the web', () => {
    showItem(step([{ label: 'Image from t', kind: 'remote', address: 'https://example.com/a.png' }]));
    expect(requests()).toEqual([]);
    expect(all('img')).toEqual([]);
    expect(all('.image-missing').map(nameOf)).toEqual(['Image from t, which is not loaded: example.com']);
  });

  it('stand in a message of the person in the place of their names', () => {
    const attachments = ['/project/a.png', 'notes.md'];
    showItem({ type: 'you', id: 'i', text: 'Look', attachments, images: [FILE] });
    answer({ url: URL_OF_IMAGE });
    expect(all('.you .chip').map(nameOf)).toEqual(['notes.md']);
    expect(hasButton('Open image a.png')).toBe(true);
  });

  it('are asked for again in another conversation only', () => {
    showItem(step([FILE]));
    answer({ url: URL_OF_IMAGE });
    const { conversation } = showItem(step([FILE]));
    expect(requests()).toMatchObject([{ key: conversation.key }]);
  });
});

describe('the images of an answer', () => {
  const message = (text: string): ItemView => ({ type: 'message', id: 'm', text, streaming: false });

  it('come from the workspace, by way of the extension', () => {
    const { conversation } = showItem(message('![A chart](out/chart.png)'));
    const image = { kind: 'file', path: 'out/chart.png' };
    expect(requests()).toMatchObject([{ key: conversation.key, image }]);
    answer({ url: URL_OF_IMAGE });
    button('Open image A chart').click();
    expect(posted.messages.at(-1)).toMatchObject({ type: 'openImage', image });
  });

  it('may be part of the text', () => {
    showItem(message(`![Dot](${URL_OF_IMAGE})`));
    expect(all('img.image').map((element) => element.getAttribute('alt'))).toEqual(['Dot']);
  });

  it('are links where they lie on the web', () => {
    showItem(message('![A chart](https://example.com/chart.png)'));
    expect([requests(), all('img')]).toEqual([[], []]);
    expect(hasButton('A chart')).toBe(true);
  });
});
