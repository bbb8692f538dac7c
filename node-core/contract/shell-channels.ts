/** What the page in the desktop window may ask of the app: the list of channels. Apart, because the preload stays small. */
export const shellChannels = { loadPreferences: 'preferences.load', savePreferences: 'preferences.save' } as const
