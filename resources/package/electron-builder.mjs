// @ts-check
// How the desktop app is packed, as data for electron-builder. It packs the folder that stage.mjs laid out, as it is.
import { fuses, product } from './product.mjs'

/** Files that VIVIM imports: it offers to open them and never makes itself their usual program. */
const exported = [
  { ext: 'zip', name: 'Export of conversations', mimeType: 'application/zip', role: 'Viewer', rank: 'Alternate' },
  { ext: 'json', name: 'Export of conversations', mimeType: 'application/json', role: 'Viewer', rank: 'Alternate' },
  { ext: 'jsonl', name: 'Log of conversations', mimeType: 'application/jsonl', role: 'Viewer', rank: 'Alternate' },
]
const summary = 'Your AI conversations: imported, kept, found and read on your own machine'

/**
 * Signing follows the environment, as electron-builder documents it: CSC_LINK and CSC_KEY_PASSWORD (macOS; WIN_CSC_LINK
 * and WIN_CSC_KEY_PASSWORD on Windows), and APPLE_API_KEY, APPLE_API_KEY_ID, APPLE_API_ISSUER to notarise.
 * @param {{ app: string, output: string, electronVersion: string, updatesUrl?: string | undefined, notarise?: boolean, electronDist?: string | undefined }} options
 *   `app`: the staged folder. `updatesUrl`: only names where updates are in the file that the updater wants beside the
 *   app. `electronDist`: an unpacked Electron instead of the published one.
 * @returns {import('electron-builder').Configuration}
 */
export const configuration = ({ app, output, electronVersion, updatesUrl, notarise = false, electronDist }) => ({
  appId: product.id,
  productName: product.name,
  copyright: `Copyright © the ${product.name} authors`,
  electronVersion,
  ...(electronDist === undefined ? {} : { electronDist }),
  directories: { app, output, buildResources: 'resources/package' },
  // biome-ignore lint/suspicious/noTemplateCurlyInString: electron-builder fills these in
  artifactName: '${productName}-${version}-${os}-${arch}.${ext}',
  // Nothing is compiled and nothing is fetched: what runs is what the lockfile names.
  npmRebuild: false,
  nodeGypRebuild: false,
  removePackageScripts: false,
  files: ['**/*'],
  disableDefaultIgnoredFiles: true,
  asar: { smartUnpack: false },
  // Systems load machine code from files only.
  asarUnpack: ['**/*.node'],
  electronFuses: { ...fuses },
  electronLanguages: ['ar', 'de', 'en', 'en-US', 'es', 'ja'],
  protocols: [{ name: product.name, schemes: [product.scheme], role: 'Viewer' }],
  publish: [{ provider: 'generic', url: updatesUrl ?? 'https://updates.invalid', channel: 'stable' }],
  linux: {
    target: ['AppImage', 'deb', 'rpm'].map((target) => ({ target, arch: ['x64', 'arm64'] })),
    executableName: product.executable,
    icon: 'icons',
    category: 'Office',
    synopsis: summary,
    maintainer: product.maintainer,
    // Offered under “open with”; which program opens them by itself stays as it is.
    mimeTypes: exported.map(({ mimeType }) => mimeType),
    desktop: {
      entry: {
        Name: product.name,
        GenericName: 'Conversation library',
        Comment: summary,
        Keywords: 'AI;chat;conversation;export;import;archive;search;',
        StartupWMClass: product.executable,
        StartupNotify: 'true',
        SingleMainWindow: 'false',
      },
    },
  },
  deb: { packageCategory: 'utils', recommends: ['libsecret-1-0'] },
  rpm: { packageCategory: 'Applications/Productivity' },
  mac: {
    target: [
      { target: 'dmg', arch: 'universal' },
      // What the updater installs from; people take the dmg.
      { target: 'zip', arch: 'universal' },
    ],
    icon: 'icons/icon.icns',
    category: 'public.app-category.productivity',
    minimumSystemVersion: '12.0',
    hardenedRuntime: true,
    gatekeeperAssess: false,
    entitlements: 'resources/package/entitlements.mac.plist',
    entitlementsInherit: 'resources/package/entitlements.mac.plist',
    notarize: notarise,
    fileAssociations: exported,
    // Machine code of both processors lies in both halves; each file is for one of them.
    x64ArchFiles: 'Contents/Resources/app.asar.unpacked/**',
  },
  win: {
    target: [
      { target: 'nsis', arch: ['x64'] },
      { target: 'portable', arch: ['x64'] },
    ],
    icon: 'icons/icon.ico',
    executableName: product.name,
    // An update signed by somebody else is refused, by the system's own check of the signature.
    verifyUpdateCodeSignature: true,
  },
  nsis: { oneClick: true, perMachine: false, deleteAppDataOnUninstall: false, differentialPackage: true },
  // biome-ignore lint/suspicious/noTemplateCurlyInString: electron-builder fills these in
  portable: { artifactName: '${productName}-${version}-portable-${arch}.${ext}' },
})
