import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** Where a chat is shown. */
export type Surface = 'sidebar' | 'secondary' | 'editor';

/** What every webview of ours may do: run our bundle, and show our fonts. No network, no inline script, no eval. */
export function webviewOptions(extensionUri: vscode.Uri): vscode.WebviewOptions {
  return { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(extensionUri, 'dist')] };
}

/** The page of a chat. Everything in it comes from the bundle; the model's words never pass through here. */
export function chatHtml(webview: vscode.Webview, extensionUri: vscode.Uri, surface: Surface): string {
  return page(webview, extensionUri, { surface, script: 'webview.js', content: '<div id="app"></div>' });
}

/** The page that stands for a chat that stopped answering again and again. */
export function stalledHtml(webview: vscode.Webview, extensionUri: vscode.Uri, surface: Surface): string {
  const title = vscode.l10n.t('This panel stopped answering');
  const detail = vscode.l10n.t(
    'It was loaded anew several times and stopped again. The conversation goes on without it, and what you wrote is kept.',
  );
  const content = `<main class="failure" aria-labelledby="title">
<h1 id="title">${title}</h1>
<p>${detail}</p>
<div class="actions"><button type="button" class="button" id="reload">${vscode.l10n.t('Reload panel')}</button></div>
</main>`;
  return page(webview, extensionUri, { surface, script: 'stalled.js', content });
}

interface Page {
  readonly surface: Surface;
  /** A module in `dist/`. */
  readonly script: string;
  /** Trusted HTML. */
  readonly content: string;
}

function page(webview: vscode.Webview, extensionUri: vscode.Uri, { surface, script, content }: Page): string {
  const file = (name: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', name)).toString();
  const nonce = randomBytes(16).toString('base64url');
  const policy = [
    `default-src 'none'`,
    // The nonce is our bundle's; what it imports itself is trusted with it.
    `script-src 'nonce-${nonce}' 'strict-dynamic'`,
    `worker-src blob:`,
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
    `img-src data:`,
  ].join('; ');
  return `<!doctype html>
<html lang="${vscode.env.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${file('webview.css')}">
<title>Switchyard</title>
</head>
<body data-surface="${surface}">
${content}
<script type="module" nonce="${nonce}" src="${file(script)}"></script>
</body>
</html>`;
}
