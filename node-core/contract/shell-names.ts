/** Names that the preload lets through, apart from their schemas (`shell.ts`): the preload stays small. */

/** One channel asks and is answered, the other tells. */
export const shellChannels = { call: 'shell.call', event: 'shell.event' } as const

const computerMethodNames = [
  'computer.get',
  'computer.set',
  'reports.list',
  'reports.show',
  'reports.clear',
  'node.standing',
  'node.start',
  'app.quit',
] as const

const keysMethodNames = [
  'keys.state',
  'keys.again',
  'keys.passphrase',
  'keys.choose',
  'keys.recover',
  'keys.about',
  'keys.change-passphrase',
  'keys.move',
  'locks.windows',
  'locks.everything',
  'locks.unlock',
  'locks.settings',
  'locks.change',
] as const

/** What the page may ask of the app. */
export const shellMethodNames = [
  'preferences.load',
  'preferences.save',
  'commands.state',
  'commands.do',
  'files.open',
  'files.choose',
  'capture.close',
  'capture.shortcut',
  'capture.choose',
  ...keysMethodNames,
  ...computerMethodNames,
  'updates.state',
  'updates.look',
  'updates.choose',
  'updates.restart',
  'page.pdf',
  'notifications.get',
  'notifications.set',
] as const
export type ShellMethodName = (typeof shellMethodNames)[number]

/** Only the preload itself calls it: it finds the paths of files that the person gave the page, which names none. */
export const pathMethod = 'files.open' satisfies ShellMethodName
