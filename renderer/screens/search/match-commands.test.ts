import { expect, it } from 'vitest'
import type { Command } from '../../app/commands.ts'
import { commands } from '../../app/commands.ts'
import english from '../../messages/en/index.ts'
import { matchCommands } from './match-commands.ts'

const match = (typed: string) => {
  const idsOf = (some: readonly Command[]) => some.map(({ id }) => id)
  const { named, others } = matchCommands(commands, typed, (id) => english[id])
  return { named: idsOf(named), others: idsOf(others) }
}

it('finds commands by the beginnings of their names, then by further words', () => {
  expect(match('sett')).toEqual({ named: ['settings'], others: [] })
  expect(match('dark').named).toEqual(['dark'])
  expect(match('colour')).toEqual({ named: [], others: ['light', 'dark', 'system'] })
  expect(match('deutsch')).toEqual({ named: [], others: ['speak'] })
  expect(match('qqq')).toEqual({ named: [], others: [] })
  expect(match('').others).toContain('import')
})
