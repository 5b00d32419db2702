import { createEffect, createSignal, on } from 'solid-js';
import { MAX_IMAGE_BYTES } from '../../../src/shared/composer';
import { post } from '../../host/vscodeApi';
import { conversationKey } from '../state';

const URI_LISTS = ['application/vnd.code.uri-list', 'text/uri-list'];

/** Takes images and files that were pasted or dropped. The host looks at them before it believes them. */
export function createIntake() {
  const [trouble, setTrouble] = createSignal('');
  const reading = createReading();
  createEffect(on(conversationKey, () => setTrouble(''), { defer: true }));
  const take = (files: readonly File[]): void => {
    setTrouble('');
    for (const file of files) {
      if (!file.type.startsWith('image/')) {
        setTrouble(`${file.name} cannot be attached this way. Drag it from the Explorer, or use Attach.`);
      } else if (file.size > MAX_IMAGE_BYTES) {
        setTrouble(
          `${file.name || 'The image'} is larger than ${MAX_IMAGE_BYTES / 1024 / 1024} MB. Make it smaller first.`,
        );
      } else {
        reading.begin();
        readImage(file, conversationKey(), setTrouble, reading.end);
      }
    }
  };
  return {
    /** What was not taken, and why. */
    trouble,
    /**
     * Runs it once all images are read and told to the host, unless one cannot be read, or another conversation is shown
     * by then.
     */
    whenRead: (run: () => void): void => {
      setTrouble('');
      reading.whenEnded(run);
    },
    paste: (event: ClipboardEvent): void => {
      const files = [...(event.clipboardData?.files ?? [])];
      // Programs put a picture of copied text beside the text.
      if (files.length === 0 || event.clipboardData?.getData('text/plain')) return;
      event.preventDefault();
      take(files);
    },
    dragOver: (event: DragEvent): void => {
      if (!event.dataTransfer) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
    },
    drop: (event: DragEvent): void => {
      const { dataTransfer } = event;
      if (!dataTransfer) return;
      const uris = URI_LISTS.map((type) => dataTransfer.getData(type)).find((list) => list !== '');
      const files = [...dataTransfer.files];
      if (uris === undefined && files.length === 0) return;
      event.preventDefault();
      if (uris === undefined) take(files);
      else {
        const list = uris.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'));
        post({ type: 'attachUris', key: conversationKey(), uris: list.slice(0, 100) });
      }
    },
  };
}

/** Counts the images that are still being read. */
function createReading() {
  let count = 0;
  let due: (() => void) | undefined;
  return {
    begin: (): void => {
      count += 1;
    },
    /** One that could not be read is not what the person meant to send: they decide anew. */
    end: (isRead: boolean): void => {
      count -= 1;
      if (!isRead) due = undefined;
      if (count > 0) return;
      due?.();
      due = undefined;
    },
    whenEnded: (run: () => void): void => {
      const key = conversationKey();
      const runHere = (): void => {
        if (conversationKey() === key) run();
      };
      if (count === 0) runHere();
      else due = runHere;
    },
  };
}

function readImage(file: File, key: string, fail: (trouble: string) => void, end: (isRead: boolean) => void): void {
  const reader = new FileReader();
  reader.onload = () => {
    const data = typeof reader.result === 'string' ? reader.result.slice(reader.result.indexOf(',') + 1) : '';
    post({ type: 'attachImage', key, name: file.name.slice(0, 200), data });
  };
  reader.onerror = () => fail(`${file.name || 'The image'} could not be read.`);
  reader.onloadend = () => end(reader.error === null);
  reader.readAsDataURL(file);
}
