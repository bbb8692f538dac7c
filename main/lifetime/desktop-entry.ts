/** An entry by which Linux desktops start the app at sign-in (freedesktop.org, Desktop Entry and Autostart). */

/** The entry for a program and its arguments. */
export const desktopEntry = (command: readonly string[]): string =>
  [
    '[Desktop Entry]',
    'Type=Application',
    'Name=VIVIM',
    `Exec=${asString(command.map(quoted).join(' '))}`,
    'Icon=vivim',
    'Terminal=false',
    'StartupNotify=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n')

/** Whether an entry is in force: desktops switch it off by a line of their own. */
export const startsAtLogin = (entry: string): boolean =>
  /^\[Desktop Entry\]/m.test(entry) && !/^(?:Hidden\s*=\s*true|X-GNOME-Autostart-enabled\s*=\s*false)\s*$/m.test(entry)

/** One argument of `Exec`: always between quotation marks, with what means something in there escaped, and `%` doubled. */
const quoted = (argument: string): string => `"${argument.replaceAll(/[\\"`$]/g, '\\$&').replaceAll('%', '%%')}"`

/** A value of the type string: its own escapes stand around those of the argument. */
const asString = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r')
