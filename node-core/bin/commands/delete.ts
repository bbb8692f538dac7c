/** `vivim delete`: for good, so it asks. */
import { VivimError } from '../../contract/errors.ts'
import { command } from '../cli/arguments.ts'
import { counted, oneLine } from '../cli/format.ts'
import { parseConversation } from '../cli/ids.ts'

export const deleteCommand = command({
  name: 'delete',
  summary: 'deletes a conversation for good; its texts are erased',
  words: 'ID',
  least: 1,
  options: { yes: { type: 'boolean', summary: 'does not ask' } },
  examples: [
    ['delete ID', 'after a question'],
    ['delete ID --yes', 'for scripts'],
  ],
  async run({ values, words: [id = ''], context: { terminal, signal, connect } }) {
    const conversation = parseConversation(id)
    if (!values.yes && !terminal.interactive)
      throw new VivimError('bad-request', 'This erases texts for good; say --yes where nobody can be asked.')
    await using node = await connect()
    const { title, messages } = await node.call('conversations.get', { conversation }, signal)
    if (!values.yes) {
      const answer = await terminal.ask(
        `Delete “${oneLine(title ?? 'Without a title')}” (${counted(messages, 'message')}) for good? [y/N] `,
        signal,
      )
      if (!/^y(es)?$/i.test(answer.trim())) throw new VivimError('cancelled', 'Nothing was deleted.')
    }
    await node.call('conversations.delete', { conversation }, signal)
    if (terminal.json) terminal.printJson({})
    else terminal.say('Deleted.')
    return 0
  },
})
