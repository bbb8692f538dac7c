/** What keys and locks need of Electron: the only file of this folder that knows it. */
import { BrowserWindow, powerMonitor, safeStorage, systemPreferences } from 'electron'
import type { KeysState } from '../../node-core/contract/shell-keys.ts'
import { shellChannels } from '../../node-core/contract/shell-names.ts'
import type { KeyringParts } from './index.ts'

/** @param reason what the system's question says that it is for */
export function systemParts(
  reason: () => string,
): Pick<KeyringParts, 'sealedBy' | 'screen' | 'touch' | 'clearWindows' | 'tell' | 'repeat'> {
  const touch = process.platform === 'darwin' && systemPreferences.canPromptTouchID()
  return {
    sealedBy: () => (process.platform === 'linux' ? safeStorage.getSelectedStorageBackend() : process.platform),
    screen: powerMonitor,
    touch: touch ? () => systemPreferences.promptTouchID(reason()) : undefined,
    clearWindows() {
      for (const { webContents } of BrowserWindow.getAllWindows()) webContents.reload()
    },
    tell(state: KeysState) {
      for (const { webContents } of BrowserWindow.getAllWindows()) webContents.send(shellChannels.event, { type: 'keys', state })
    },
    // Electron's own loop keeps the app alive; this does not have to.
    repeat: (milliseconds, work) => void setInterval(work, milliseconds).unref(),
  }
}
