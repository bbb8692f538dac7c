/**
 * Loads and installs with electron-updater. It is told of a release only after its signature was checked here, gets the
 * one file that the release names, and compares it with the signed hash; on macOS and Windows the system checks its own
 * signature too, where the app has one.
 */
import type { KeyObject } from 'node:crypto'
import { type AppUpdater, Provider, type ResolvedUpdateFileInfo, type UpdateInfo } from 'electron-updater'
import type { ProviderRuntimeOptions } from 'electron-updater/out/providers/Provider.js'
import { type Installation, type Offer, offerOf, releaseName, UpdateRefused } from './release.ts'
import type { Engine } from './updates.ts'

export interface EngineParts {
  /** Where releases are; ends with a slash. */
  readonly url: URL
  readonly key: KeyObject
  readonly installation: Omit<Installation, 'channel'>
  /** Reads a small text over the network; throws where there is none. */
  readonly read: (url: URL) => Promise<string>
  readonly updater: AppUpdater
  readonly install: Engine['install']
  readonly restart?: Engine['restart']
}

export function createEngine({ url, key, installation, read, updater, install, restart }: EngineParts): Engine {
  // Nothing happens by itself, nothing older is taken, and every byte of a file is loaded and compared.
  updater.autoDownload = false
  // On macOS the system installs, once it has what was loaded.
  updater.autoInstallOnAppQuit = installation.system === 'darwin'
  updater.allowDowngrade = false
  updater.allowPrerelease = true
  updater.disableDifferentialDownload = true
  updater.disableWebInstaller = true
  updater.isUserWithinRollout = () => true
  updater.logger = null
  return {
    hides: installation.system === 'linux',
    install,
    ...(restart ? { restart } : {}),
    async find(channel) {
      const text = await read(new URL(releaseName(channel, installation.system), url)).catch((cause: unknown) => {
        throw new UpdateRefused('unreachable', 'no release could be read', { cause })
      })
      return offerOf(text, key, { ...installation, channel })
    },
    async load(offer, told) {
      updater.setFeedURL({ provider: 'custom', updateProvider: providerOf(offer, url) })
      const found = await updater.checkForUpdates()
      if (!found?.isUpdateAvailable || !found.cancellationToken)
        throw new UpdateRefused('refused', 'the updater does not take it')
      const { cancellationToken } = found
      let tooLong = false
      const progress = ({ transferred }: { transferred: number }) => {
        // A server that sends on and on would fill the disk before a hash could be compared.
        tooLong ||= transferred > offer.file.size
        if (tooLong) cancellationToken.cancel()
        else told(transferred / offer.file.size)
      }
      updater.on('download-progress', progress)
      try {
        await updater.downloadUpdate(cancellationToken)
      } catch (cause) {
        throw new UpdateRefused(tooLong ? 'damaged' : whyOf(cause), 'the update was not loaded', { cause })
      } finally {
        updater.off('download-progress', progress)
      }
    },
  }
}

/** Tells electron-updater of the one file that was found to be signed; asks nobody. */
function providerOf({ version, file }: Offer, base: URL) {
  const info: UpdateInfo = {
    version,
    files: [{ url: file.name, sha512: file.sha512, size: file.size }],
    path: file.name,
    sha512: file.sha512,
    releaseDate: '',
  }
  return class SignedRelease extends Provider<UpdateInfo> {
    // electron-builder calls it with what its own providers take.
    constructor(_options: unknown, _updater: unknown, runtime: ProviderRuntimeOptions) {
      super(runtime)
    }
    // It would send a number that stands for this installation.
    override setRequestHeaders(): void {}
    override getLatestVersion(): Promise<UpdateInfo> {
      return Promise.resolve(info)
    }
    override resolveFiles({ files }: UpdateInfo): ResolvedUpdateFileInfo[] {
      return files.map((one) => ({ url: new URL(one.url, base), info: one }))
    }
  }
}

const codes: Readonly<Record<string, UpdateRefused['why']>> = {
  ERR_CHECKSUM_MISMATCH: 'damaged',
  ERR_UPDATER_INVALID_SIGNATURE: 'untrusted',
  EACCES: 'refused',
  EROFS: 'refused',
  ENOSPC: 'refused',
}
const whyOf = (error: unknown): UpdateRefused['why'] =>
  (error instanceof Error && 'code' in error && codes[String(error.code)]) || 'unreachable'
