/** The trial app's own process: it says what it was told, and how it was started. */
// Electron's port, which Node's types do not know.
const { parentPort } = process as unknown as { parentPort: Electron.ParentPort }
parentPort.on('message', ({ data }) => parentPort.postMessage({ got: data, args: process.argv.slice(2), at: new Date(7) }))
