// @ts-check
// What the desktop app is made of and for: the data that staging, packing and checking share.

/** The app as its packages name it. The identity never changes: systems keep permissions and settings by it. */
export const product = {
  name: 'VIVIM',
  id: 'app.vivim.node',
  /** The program's file, apart from `vivim`, the command line of the headless package. */
  executable: 'vivim-desktop',
  scheme: 'vivim',
  // Packages must name somebody; whoever publishes them puts their own here. `.invalid` leads nowhere by definition.
  maintainer: process.env['VIVIM_MAINTAINER'] ?? 'VIVIM maintainers <maintainers@vivim.invalid>',
  homepage: process.env['VIVIM_HOMEPAGE'] ?? 'https://vivim.invalid',
}

/** Packages that the built bundles leave outside: they load machine code. Everything else is bundled. */
export const natives = ['better-sqlite3', '@napi-rs/keyring']

/**
 * Systems that the app is packed for, each with its processors (all staged together: a universal app has both) and the
 * packages of machine code that they need of the lockfile.
 * @typedef {{ architectures: readonly string[], prebuilt: readonly string[], packages: readonly string[] }} Target
 * @type {Readonly<Record<'linux' | 'darwin' | 'win32', Target>>}
 */
export const targets = {
  linux: {
    architectures: ['x64', 'arm64'],
    prebuilt: ['linux-x64.node', 'linux-arm64.node'],
    packages: ['@napi-rs/keyring-linux-x64-gnu', '@napi-rs/keyring-linux-arm64-gnu'],
  },
  darwin: {
    architectures: ['x64', 'arm64'],
    prebuilt: ['darwin-x64.node', 'darwin-arm64.node'],
    packages: ['@napi-rs/keyring-darwin-x64', '@napi-rs/keyring-darwin-arm64'],
  },
  win32: {
    architectures: ['x64'],
    prebuilt: ['win32-x64.node'],
    packages: ['@napi-rs/keyring-win32-x64-msvc'],
  },
}

/**
 * Electron's fuses as the packed app has them; see SECURITY.md. The names are electron-builder's.
 * @satisfies {import('electron-builder').Configuration['electronFuses']}
 */
export const fuses = {
  // The app's binary is no Node for whoever starts it, neither by ELECTRON_RUN_AS_NODE nor with a debugger.
  runAsNode: false,
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  enableCookieEncryption: true,
  // Code comes from the archive alone, and only as it was packed.
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
  loadBrowserProcessSpecificV8Snapshot: false,
  grantFileProtocolExtraPrivileges: false,
  // Changing the binary breaks the signature that Apple Silicon asks for; this makes it a new one.
  resetAdHocDarwinSignature: true,
}
