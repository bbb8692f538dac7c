/** What a Linux desktop says of itself over D-Bus. */
import { askBus, busSocket } from './dbus.ts'

/** So long an answer is waited for, in milliseconds: nobody sees the question. */
const patience = 1500
const systemBus = 'unix:path=/run/dbus/system_bus_socket'

/** Whether something in the session shows trays' pictures; without that an app in the tray is out of sight. */
export async function hasTrayHost(sessionBus: string | undefined): Promise<boolean> {
  const socket = busSocket(sessionBus)
  if (socket === undefined) return false
  const call = {
    destination: 'org.freedesktop.DBus',
    path: '/org/freedesktop/DBus',
    interface: 'org.freedesktop.DBus',
    member: 'NameHasOwner',
    arguments: ['org.kde.StatusNotifierWatcher'],
  }
  return (await askBus(socket, call, patience)) === true
}

/**
 * Whether the network costs, as NetworkManager says or guesses; undefined where it does not say.
 * @param address of the system's bus, where it is another than the usual
 */
export async function isMetered(address: string = systemBus): Promise<boolean | undefined> {
  const socket = busSocket(address)
  if (socket === undefined) return undefined
  const call = {
    destination: 'org.freedesktop.NetworkManager',
    path: '/org/freedesktop/NetworkManager',
    interface: 'org.freedesktop.DBus.Properties',
    member: 'Get',
    arguments: ['org.freedesktop.NetworkManager', 'Metered'],
  }
  // NMMetered: 1 yes, 2 no, 3 yes by guess, 4 no by guess, 0 unknown
  const said = await askBus(socket, call, patience)
  return said === 1 || said === 3 ? true : said === 2 || said === 4 ? false : undefined
}
