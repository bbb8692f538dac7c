/** The one door between pages and the app: who asks is looked at, what is asked is parsed, what is answered is an answer. */
import { toProblem, VivimError } from '../../node-core/contract/errors.ts'
import { type ShellAnswer, type ShellInput, type ShellOutput, shellMethods } from '../../node-core/contract/shell.ts'
import { type ShellMethodName, shellMethodNames } from '../../node-core/contract/shell-names.ts'
import { isPage, type Sender } from './sender.ts'

/** One function per method; `From` is what a caller is known by, such as Electron's event. */
export type ShellHandlers<From = Sender> = {
  readonly [N in ShellMethodName]: (input: ShellInput<N>, from: From) => ShellOutput<N> | Promise<ShellOutput<N>>
}

/**
 * Answers one message. Never throws: whatever goes wrong is an error of the catalogue, and what is not meant for
 * people (an address, a path, a stack) stays here.
 */
export async function answerShell<From extends Sender>(
  handlers: ShellHandlers<From>,
  from: From,
  name: unknown,
  input: unknown,
): Promise<ShellAnswer> {
  try {
    if (!isPage(from)) throw new VivimError('forbidden')
    if (!isMethod(name)) throw new VivimError('not-found')
    return { value: await run(handlers, from, name, input) }
  } catch (error) {
    const { code, title, detail } = toProblem(error)
    return { error: { code, text: detail ?? title } }
  }
}

async function run<From, N extends ShellMethodName>(
  handlers: ShellHandlers<From>,
  from: From,
  name: N,
  input: unknown,
): Promise<unknown> {
  const parsed = shellMethods[name].input.safeParse(input)
  if (!parsed.success) throw new VivimError('bad-request')
  // The schema and the handler of one name fit each other by `ShellHandlers`, which the compiler cannot follow here.
  return await handlers[name](parsed.data as ShellInput<N>, from)
}

const isMethod = (name: unknown): name is ShellMethodName => shellMethodNames.some((known) => known === name)
