/** What the page runs in: the desktop window, or a browser, which offers as much of the same as it has. */
import { z } from 'zod'
import { errorOf, VivimError } from '../../node-core/contract/errors.ts'
import type { ImportId } from '../../node-core/contract/ids.ts'
import {
  type ShellEvent,
  type ShellInput,
  type ShellOutput,
  shellAnswer,
  shellEvent,
  shellMethods,
} from '../../node-core/contract/shell.ts'
import type { ShellMethodName } from '../../node-core/contract/shell-names.ts'
import type { Access } from '../client.ts'
import { browserPreferences, type PreferenceStore } from './preferences.ts'

export interface Host {
  /** Present where the session is added to every request outside the page, so that there is none in here: in the desktop window. */
  readonly access: Access | undefined
  readonly preferences: PreferenceStore
  /** Whether a method of the app can be called here; what is shown depends on that, never on where the page runs. */
  offers(name: ShellMethodName): boolean
  /** @throws `VivimError` as the app answers it; `not-found` where it is not offered here */
  call<N extends ShellMethodName>(name: N, input: ShellInput<N>): Promise<ShellOutput<N>>
  /**
   * Imports files that the person gave the page, by where they are on this machine; undefined where they have to be sent.
   * @throws `VivimError`
   */
  openFiles(files: readonly File[]): Promise<ImportId | undefined>
  /** What other programs open a conversation by; `path` is its address on the page. */
  linkTo(path: string): string
  /** Calls `hear` with what the app tells unasked; answers how to end that. */
  on(hear: (event: ShellEvent) => void): () => void
}

const bridge = z.object({
  platform: z.string(),
  version: z.string(),
  call: z.custom<(name: string, input: unknown) => Promise<unknown>>((value) => typeof value === 'function'),
  openFiles: z.custom<(files: readonly File[]) => Promise<unknown>>((value) => typeof value === 'function'),
  on: z.custom<(listener: (event: unknown) => void) => () => void>((value) => typeof value === 'function'),
})
type Bridge = z.output<typeof bridge>

/** The preload's object is in `window` where the page runs in the desktop window. */
export function hostOf(window: Window): Host {
  const found = bridge.safeParse(Reflect.get(window, 'vivim'))
  return found.success ? desktopHost(found.data) : browserHost(window)
}

function desktopHost({ call, on, openFiles }: Bridge): Host {
  const read = <N extends ShellMethodName>(name: N, raw: unknown): ShellOutput<N> => {
    const answer = shellAnswer.parse(raw)
    if ('error' in answer) throw errorOf(answer.error)
    const { output }: { output: z.ZodType } = shellMethods[name]
    return output.parse(answer.value) as ShellOutput<N>
  }
  const ask = async <N extends ShellMethodName>(name: N, input: ShellInput<N>) => read(name, await call(name, input))
  return {
    access: desktopAccess,
    offers: () => true,
    call: ask,
    openFiles: async (files) => {
      const answer = await openFiles(files)
      return answer === null ? undefined : read('files.open', answer).import
    },
    linkTo: conversationLink,
    preferences: {
      load: () => ask('preferences.load', undefined).catch(() => null),
      save: (text) => void ask('preferences.save', text).catch(() => undefined),
    },
    on: (hear) =>
      on((raw) => {
        const event = shellEvent.safeParse(raw)
        if (event.success) hear(event.data)
      }),
  }
}

const browserHost = (window: Window): Host => ({
  access: undefined,
  offers: () => false,
  call: async () => {
    throw new VivimError('not-found')
  },
  openFiles: async () => undefined,
  linkTo: (path) => window.location.origin + path,
  preferences: browserPreferences(() => window.localStorage),
  on: () => () => undefined,
})

/** The window's own addresses mean nothing outside of it; the app's links do. */
function conversationLink(path: string): string {
  const { pathname, searchParams } = new URL(path, 'app://vivim')
  const unit = searchParams.get('unit')
  return `vivim://open/${pathname.slice('/c/'.length)}${unit ? `/${unit}` : ''}`
}

/** The desktop window's access: the app has it. */
const desktopAccess: Access = { token: () => undefined, renew: async () => false }
