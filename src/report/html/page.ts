import { type Html, html, trustedHtml } from './html.js';
import { style } from './style.js';

/** Nothing may be loaded and nothing run: what a target prints stays text even if we had forgotten to escape it. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** One whole file, without scripts or requests. */
export function page(title: string, body: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trustedHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${trustedHtml(style)}</style>
</head>
<body>
${body}
</body>
</html>
`.markup;
}
