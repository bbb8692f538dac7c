/**
 * What the interface's own files may do, as headers: the same from the node's door and in the desktop window.
 *
 * An artifact is somebody else's page. It is shown in a frame of an opaque origin, so that nothing of the interface can
 * be read from it, and without a network. There are two such frames:
 * - *still*: no script of the artifact runs. No policy that browsers agree on closes WebRTC and name look-ups to
 *   scripts, and a script that cannot run needs none.
 * - *live*: its scripts run, where the browser obeys `Connection-Allowlist`, which closes everything. The page asks
 *   `/artifact-check.html` first, and shows the still frame where the answer is not a clear yes.
 * Invariant: whatever a frame of these nests (srcdoc, about:blank, javascript:) inherits its policy.
 */

/** Policy of the interface's page, its scripts and workers. Only the node's own files are ever framed. */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "manifest-src 'self'",
  "worker-src 'self'",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** sha256 of the one script in `renderer/public/artifact-still.html` and `artifact-live.html`; a test compares. */
export const artifactScript = 'sha256-Qas6fDhZuV1v8U0j6eT35WQdgsbBCdpQ1huS0d5kO88='
/** sha256 of the one script in `renderer/public/artifact-check.html`; a test compares. */
export const checkScript = 'sha256-37qvz74YsSN181qamWGJd2LALLSdn1ukCB0V2FhH5n8='

const artifactPolicy = (scripts: string): string =>
  [
    'sandbox allow-scripts',
    "default-src 'none'",
    `script-src ${scripts}`,
    "style-src 'unsafe-inline'",
    'img-src data: blob:',
    'font-src data:',
    'media-src data: blob:',
    "connect-src 'none'",
    "frame-src 'none'",
    "worker-src 'none'",
    "object-src 'none'",
    "manifest-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
  ].join('; ')

/** No address at all: no request, no look-up of a name, no WebRTC. */
const noConnections = '()'

const frames: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '/artifact-still.html': {
    'content-security-policy': artifactPolicy(`'${artifactScript}'`),
    'connection-allowlist': noConnections,
  },
  '/artifact-live.html': {
    'content-security-policy': artifactPolicy("'unsafe-inline'"),
    'connection-allowlist': noConnections,
  },
  '/artifact-check.html': {
    'content-security-policy': `default-src 'none'; script-src '${checkScript}'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'`,
    'connection-allowlist': noConnections,
  },
}

/** The headers of a file of the page beside its type; `path` begins with a slash. */
export const pageHeadersOf = (path: string): Readonly<Record<string, string>> => ({
  'content-security-policy': pagePolicy,
  // Links in messages would otherwise have their hosts' names looked up as soon as they are seen.
  'x-dns-prefetch-control': 'off',
  ...(Object.hasOwn(frames, path) ? frames[path] : {}),
})
