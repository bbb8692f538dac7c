import { describe, expect, it } from 'vitest'
import { readAll, sourceOf } from '../../../tests/kit/exports.ts'
import { copilot } from './copilot.ts'

const head = '\ufeffConversation,Time,Author,Message'
const csv = (...rows: string[]) => `${[head, ...rows].join('\r\n')}\r\n`
const newest = [
  'Trip,2025-06-15T10:00:03,AI,"Lisbon, then\r\nPorto"',
  'Soup,2025-06-15T10:00:02,Human,Recipe?',
  'Trip,2025-06-15T10:00:01,Human,"Say ""where"""',
  'Trip,2025-06-15T10:00:01,Human,Same second',
]
const read = async (...rows: string[]) => await readAll(copilot, sourceOf({ 'copilot.csv': csv(...rows) }))

describe('copilot', () => {
  it('turns the file round instead of sorting it, and puts conversations together that are interleaved', async () => {
    const { conversations } = await read(...newest)
    const trip = conversations.find(({ title }) => title === 'Trip')
    expect(trip).toMatchObject({
      key: 'name:Trip',
      created: Date.UTC(2025, 5, 15, 10, 0, 1),
      updated: Date.UTC(2025, 5, 15, 10, 0, 3),
    })
    expect(trip?.messages.map(({ role, parts }) => [role, parts[0]])).toEqual([
      ['user', { type: 'text', text: 'Same second' }],
      ['user', { type: 'text', text: 'Say "where"' }],
      ['assistant', { type: 'text', text: 'Lisbon, then\r\nPorto' }],
    ])
    expect(conversations).toHaveLength(2)
  })

  it('gives the same ids when newer rows are added and when the oldest are gone', async () => {
    const repeated = ['Trip,2025-06-15T10:00:03,AI,Same', 'Trip,2025-06-15T10:00:03,AI,Same', ...newest.slice(2)]
    const ids = async (...rows: string[]) =>
      (await read(...rows)).conversations.find(({ title }) => title === 'Trip')?.messages.map(({ id }) => id) ?? []
    const before = await ids(...repeated)
    expect(new Set(before).size).toBe(4)
    expect((await ids('Trip,2025-06-16T00:00:00,Human,More', ...repeated)).slice(0, 4)).toEqual(before)
    expect(await ids(...repeated.slice(0, 3))).toEqual(before.slice(1))
  })

  it('leaves a file alone that is oldest first, and reads the other layout', async () => {
    const other =
      'CreatedAt,MessageContent,Author,ChatName\n6/15/2025 10:00:01 +00:00,Hi,user,Trip\n6/15/2025 10:00:03 +00:00,Hello,Microsoft Copilot,Trip\n'
    const {
      conversations: [trip],
    } = await readAll(copilot, sourceOf({ x: other }))
    expect(trip?.messages.map(({ role, author, time }) => [role, author, time])).toEqual([
      ['user', undefined, Date.UTC(2025, 5, 15, 10, 0, 1)],
      ['assistant', 'Microsoft Copilot', Date.UTC(2025, 5, 15, 10, 0, 3)],
    ])
  })

  it('reports rows that are too short, and passes other CSV files by', async () => {
    const { conversations, unreadable } = await readAll(
      copilot,
      sourceOf({ 'a.csv': csv('Trip,2025-06-15T10:00:01', ...newest), 'b.csv': 'name,value\n1,2\n' }),
    )
    expect(conversations).toHaveLength(2)
    expect(unreadable).toEqual([{ ref: 'a.csv row 2', reason: 'its number of fields is 2, which is too few' }])
    expect(await copilot.detect(sourceOf({ 'b.csv': 'name,value\n1,2\n' }))).toBe(0)
  })
})
