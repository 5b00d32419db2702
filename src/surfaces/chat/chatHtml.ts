import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** Where a chat is shown. */
export type Surface = 'sidebar' | 'editor';

/** What every webview of ours may do: run our bundle, and show our fonts. No network, no inline script, no eval. */
export function webviewOptions(extensionUri: vscode.Uri): vscode.WebviewOptions {
  return { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(extensionUri, 'dist')] };
}

/** The page of a chat. Everything in it comes from the bundle; the model's words never pass through here. */
export function chatHtml(webview: vscode.Webview, extensionUri: vscode.Uri, surface: Surface): string {
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
<div id="app"></div>
<script type="module" nonce="${nonce}" src="${file('webview.js')}"></script>
</body>
</html>`;
}
