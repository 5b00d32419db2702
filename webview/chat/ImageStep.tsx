import { For, Match, Show, Switch, untrack } from 'solid-js';
import type { ImageProblem, ImageRef, ImageView } from '../../src/shared/images';
import { Icon } from '../ui/Icon';
import type { Picture } from '../ui/rich/picture';
import { imageOf, noteSize, openImage } from './images';
import { baseName } from '../../src/shared/paths';

const PROBLEMS: Readonly<Record<ImageProblem, string>> = {
  missing: 'is not there any more',
  tooLarge: 'is too large to be shown here',
  noImage: 'is no PNG, JPEG, GIF or WebP image',
  outside: 'is not in this workspace',
};

/** The images of an item. `large`: they are what the item is about. */
export function ItemImages(props: {
  readonly images: readonly ImageView[];
  readonly turnId: string;
  readonly itemId: string;
  readonly large?: boolean;
}) {
  return (
    <div class="images" classList={{ large: props.large ?? false }}>
      <For each={props.images}>
        {(image, index) => (
          <Show when={image.kind !== 'remote'} fallback={<RemoteImage image={image} />}>
            <Image
              label={image.label}
              title={image.address}
              source={{ kind: 'item', turnId: props.turnId, itemId: props.itemId, index: index() }}
            />
          </Show>
        )}
      </For>
    </div>
  );
}

/** One image, with a click that opens it in the editor; in its place, why it is not shown. */
export function Image(props: { readonly label: string; readonly title: string; readonly source: ImageRef }) {
  const ref = untrack(() => props.source);
  const image = imageOf(ref);
  return (
    <Switch
      fallback={
        <span class="image-missing" title={props.title}>
          <Icon name="file-media" /> {props.label}
        </span>
      }
    >
      <Match when={image().problem}>
        {(problem) => (
          <span class="image-missing" title={props.title}>
            <Icon name="file-media" /> {props.label} {PROBLEMS[problem()]}
          </span>
        )}
      </Match>
      <Match when={image().url}>
        {(url) => (
          <button
            type="button"
            class="image"
            aria-label={`Open image ${props.label}`}
            title={props.title === '' ? props.label : props.title}
            onClick={() => openImage(ref)}
          >
            <img
              src={url()}
              alt=""
              width={image().size?.width}
              height={image().size?.height}
              draggable={false}
              onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
                noteSize(ref, naturalWidth, naturalHeight)
              }
            />
          </button>
        )}
      </Match>
    </Switch>
  );
}

/** An image that a text shows. */
export function ProseImage(props: { readonly picture: Picture; readonly words: string }) {
  const { kind, address } = untrack(() => props.picture);
  if (kind === 'embedded') return <img class="image" src={address} alt={props.words} draggable={false} />;
  const name = untrack(() => props.words) || baseName(address);
  return <Image label={name} title={address} source={{ kind: 'file', path: address }} />;
}

/** Nothing is loaded from the web. */
function RemoteImage(props: { readonly image: ImageView }) {
  return (
    <span class="image-missing" title={props.image.address}>
      <Icon name="file-media" /> {props.image.label}, which is not loaded: {hostOf(props.image.address)}
    </span>
  );
}

function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : address;
}
