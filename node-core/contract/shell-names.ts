/** Names that the preload lets through, apart from their schemas (`shell.ts`): the preload stays small. */

/** One channel asks and is answered, the other tells. */
export const shellChannels = { call: 'shell.call', event: 'shell.event' } as const

/** What the page may ask of the app. */
export const shellMethodNames = ['preferences.load', 'preferences.save', 'commands.state'] as const
export type ShellMethodName = (typeof shellMethodNames)[number]
