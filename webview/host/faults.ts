import { MAX_FAULT_CHARACTERS } from '../../src/shared/messages';
import { post } from './vscodeApi';

/** The same fault may come with every frame. */
const MAX_REPORTS = 20;
/** What the browser says when boxes are measured over and over in one frame. It is no fault. */
const HARMLESS = /^ResizeObserver loop/;

let reports = 0;

/** What an error says of itself, in one line. */
export function faultText(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** Tells the extension's log of an error. The log leaves out secrets. */
export function reportFault(what: string, error: unknown): void {
  reports += 1;
  if (reports > MAX_REPORTS) return;
  const stack = error instanceof Error && error.stack !== undefined ? `\n${error.stack}` : '';
  post({ type: 'fault', text: `${what}: ${faultText(error)}${stack}`.slice(0, MAX_FAULT_CHARACTERS) });
}

/** Reports every error that nothing in the page catches. */
export function watchForFaults(): void {
  window.addEventListener('error', (event) => {
    if (!HARMLESS.test(event.message)) reportFault('An error', event.error ?? event.message);
  });
  window.addEventListener('unhandledrejection', (event) => reportFault('A rejected promise', event.reason));
}
