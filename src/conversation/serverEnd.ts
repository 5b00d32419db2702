import type { Disposable } from '../base/disposable';
import type { AppServerClient } from '../router/appServerClient';

/** Hears when the server ends, or cannot be started: what it was asked to do is then over. */
export function onServerEnd(client: Pick<AppServerClient, 'onStateChange'>, listener: () => void): Disposable {
  return client.onStateChange(({ kind }) => {
    if (kind !== 'ready' && kind !== 'starting') listener();
  });
}
