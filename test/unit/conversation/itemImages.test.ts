import { describe, expect, it } from 'vitest';
import { heldImage, imagesOf } from '../../../src/conversation/itemImages';
import { toItemView } from '../../../src/conversation/items';
import type { ThreadItem } from '../../../src/protocol/generated/types/v2/ThreadItem';

/** An item with the fields its images are made of; the protocol has more. */
const item = (fields: object): ThreadItem => ({ id: 'i', ...fields }) as ThreadItem;
const tool = (content: unknown[]): ThreadItem =>
  item({ type: 'mcpToolCall', server: 's', tool: 't', status: 'completed', arguments: {}, result: { content } });

describe('the images of an item', () => {
  it.each([
    [{ type: 'imageView', path: '/p/a.png' }, ['a.png', 'file', '/p/a.png']],
    [{ type: 'userMessage', content: [{ type: 'localImage', path: 'C:\\a.png' }] }, ['a.png', 'file', 'C:\\a.png']],
    [
      { type: 'userMessage', content: [{ type: 'image', url: 'https://a.b/c.png' }] },
      ['Image', 'remote', 'https://a.b/c.png'],
    ],
    [
      { type: 'imageGeneration', status: 's', revisedPrompt: 'A cat', savedPath: '/p/cat.png', result: 'AAAA' },
      ['A cat', 'file', '/p/cat.png'],
    ],
    [{ type: 'imageGeneration', status: 's', revisedPrompt: null, result: 'AAAA' }, ['Generated image', 'inline', '']],
    [
      {
        type: 'dynamicToolCall',
        tool: 't',
        contentItems: [{ type: 'inputImage', imageUrl: 'data:image/png;base64,AA' }],
      },
      ['Image from t', 'inline', ''],
    ],
    [
      { type: 'functionCallOutput', name: 'n', output: [{ type: 'input_image', image_url: 'http://a.b/c' }] },
      ['Image from n', 'remote', 'http://a.b/c'],
    ],
  ])('are told without their bytes: %j', (fields, [label, kind, address]) => {
    expect(imagesOf(item(fields))).toEqual([{ label, kind, address }]);
  });

  it('are held for as long as their item is', () => {
    const [image] = imagesOf(tool([{ type: 'image', data: 'AAAA', mimeType: 'image/jpeg' }]));
    expect(image && heldImage(image)).toBe('data:image/png;base64,AAAA');
  });

  it.each([
    [[{ type: 'text', text: 'words' }]],
    [[{ type: 'audio', data: 'AAAA', mimeType: 'audio/wav' }]],
    [[{ type: 'image', data: 5 }, null, 'image', 7]],
    [[{ type: 'image', data: 'AA', mimeType: 'text/html' }]],
    [[{ type: 'resource', resource: { blob: 'AA', mimeType: 'application/pdf' } }]],
    [[{ type: 'input_image', image_url: 'javascript:alert(1)' }]],
  ])('are none in %j', (content) => {
    expect(imagesOf(tool(content))).toEqual([]);
  });

  it('are found in an embedded resource', () => {
    expect(imagesOf(tool([{ type: 'resource', resource: { blob: 'AA', mimeType: 'image/png' } }]))).toHaveLength(1);
  });

  it('are so many of one item at most', () => {
    expect(imagesOf(tool(Array(100).fill({ type: 'image', data: 'AAAA' })))).toHaveLength(20);
  });

  it('stand beside the words of a tool, which do not name them again', () => {
    const view = toItemView(
      tool([
        { type: 'text', text: 'Here it is' },
        { type: 'image', data: 'AAAA' },
      ]),
      '/p',
      true,
    );
    expect(view).toMatchObject({ type: 'step', text: '{}\n\nHere it is', images: [{ label: 'Image from t' }] });
  });

  it('do not fold away when they were asked for', () => {
    const view = toItemView(item({ type: 'imageGeneration', revisedPrompt: null, result: 'AA' }), '/p', true);
    expect(view).toMatchObject({ verb: 'Made an image', isResult: true });
  });
});
