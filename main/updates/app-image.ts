/** An AppImage replaces its own file. */
import { chmodSync, copyFileSync, renameSync } from 'node:fs'
import { AppImageUpdater } from 'electron-updater'

type Adapter = ConstructorParameters<typeof AppImageUpdater>[1]

/**
 * electron-updater takes the old file away before it has put the new one, and then runs it. Here the new one takes the
 * old one's place in one step: whatever happens meanwhile, there is an app.
 */
export class AppImage extends AppImageUpdater {
  readonly #path: string

  /**
   * @param path of the AppImage that runs
   * @param adapter stands in for Electron's app, where there is none
   */
  constructor(path: string, adapter?: Adapter) {
    super(null, adapter)
    this.#path = path
  }

  protected override doInstall(): boolean {
    if (!this.installerPath) return false
    // The cache may be on another disk: the step is within one folder.
    const beside = `${this.#path}.new`
    copyFileSync(this.installerPath, beside)
    chmodSync(beside, 0o755)
    renameSync(beside, this.#path)
    return true
  }
}
