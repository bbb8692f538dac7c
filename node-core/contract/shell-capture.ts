/** Quick capture, as the page in the desktop window knows it. */
import { z } from 'zod'

/** The address of the small window. */
export const captureWindowPath = '/capture/alone'

/** A shortcut as Electron writes it: keys that are held together, and one that is pressed, joined by “+”. */
export const accelerator = z
  .string()
  .max(60)
  .regex(
    /^(?:(?:CommandOrControl|Control|Command|Alt|Shift|Super)\+){1,4}(?:[A-Z0-9]|F[1-9]|F1[0-9]|F2[0-4]|Space|Up|Down|Left|Right)$/,
  )

/**
 * `off`: none was chosen. `on`: it works everywhere. `taken`: another program has it. `wayland`: the desktop hands out such
 * shortcuts itself, in its own settings, and may not let a program have one.
 */
const shortcut = z.object({ keys: accelerator.nullable(), is: z.enum(['off', 'on', 'taken', 'wayland']) })
export type CaptureShortcut = z.output<typeof shortcut>

export const captureMethods = {
  /** The small window goes; where something is typed in it that was not kept, the person is asked first. */
  'capture.close': { input: z.undefined(), output: z.undefined() },
  'capture.shortcut': { input: z.undefined(), output: shortcut },
  /** Null: none from now on. */
  'capture.choose': { input: z.strictObject({ keys: accelerator.nullable() }), output: shortcut },
}
