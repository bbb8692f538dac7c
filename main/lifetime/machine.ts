/** The machine as Electron and the system have it, for {@link createPacing}. */
import { networkInterfaces } from 'node:os'
import { net, powerMonitor } from 'electron'
import { isMetered } from './linux.ts'
import type { PaceSource } from './pace.ts'

export const electronMachine: PaceSource = {
  on(listener) {
    powerMonitor.on('suspend', () => listener('suspend'))
    powerMonitor.on('resume', () => listener('resume'))
    powerMonitor.on('on-ac', () => listener('power'))
    powerMonitor.on('on-battery', () => listener('power'))
  },
  onBattery: () => powerMonitor.onBatteryPower,
  network() {
    const addresses = Object.values(networkInterfaces()).flatMap((some) => some?.map(({ address }) => address) ?? [])
    return JSON.stringify([net.isOnline(), addresses.sort()])
  },
  // Neither macOS nor Windows says it to programs without a native module of their own: there a person says so.
  metered: async () => (process.platform === 'linux' ? await isMetered() : undefined),
}
