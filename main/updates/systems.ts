/** The engine of the system that the app runs on. Loaded when somebody first looks for an update. */
import { app } from 'electron'
import { type AppUpdater, MacUpdater, NsisUpdater } from 'electron-updater'
import { AppImage } from './app-image.ts'
import { createEngine, type EngineParts } from './engine.ts'
import type { Engine } from './updates.ts'

export interface SystemNeeds extends Pick<EngineParts, 'url' | 'key' | 'installation' | 'read'> {
  /** The AppImage that runs; on Linux only. */
  readonly appImage: string | undefined
  /** What the app is started again with. */
  readonly args: readonly string[]
}

export function createSystemEngine({ appImage, args, ...common }: SystemNeeds): Engine {
  const engine = (updater: AppUpdater, own: Pick<EngineParts, 'install' | 'restart'>) =>
    createEngine({ ...common, updater, ...own })
  switch (common.installation.system) {
    case 'darwin': {
      const updater = new MacUpdater()
      // Squirrel has the update from the moment that it is loaded, installs it when the app quits, and starts it again.
      return engine(updater, { install: () => undefined, restart: () => updater.quitAndInstall() })
    }
    case 'win32': {
      const updater = new NsisUpdater()
      return engine(updater, { install: ({ start }) => void updater.install(true, start) })
    }
    case 'linux': {
      const updater = new AppImage(appImage ?? '')
      return engine(updater, {
        install: ({ start, hidden }) => {
          const installed = updater.install(true, false)
          if (installed && start && appImage)
            app.relaunch({ execPath: appImage, args: [...args, ...(hidden ? ['--hidden'] : [])] })
        },
      })
    }
  }
}
