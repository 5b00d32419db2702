import type { FromWebview, PanelState, ToWebview } from '../../src/shared/messages';

interface VsCodeApi {
  postMessage(message: FromWebview): void;
  setState(state: PanelState): void;
  getState(): PanelState | undefined;
}

declare function acquireVsCodeApi(): VsCodeApi;

const api = acquireVsCodeApi();

/** Sends a message to the extension. */
export function post(message: FromWebview): void {
  api.postMessage(message);
}

/** What the editor hands back to the extension when it restores this panel after a reload. */
export function remember(state: PanelState): void {
  api.setState(state);
}

/** What was remembered last, also by the page that was here before this one. */
export function recall(): PanelState | undefined {
  return api.getState();
}

/** Hears every message of the extension. */
export function onMessage(listener: (message: ToWebview) => void): void {
  window.addEventListener('message', (event: MessageEvent<ToWebview>) => listener(event.data));
}
