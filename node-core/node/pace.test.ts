import { expect, it } from 'vitest'
import { createPace } from './pace.ts'

const works = ['sync', 'files', 'upkeep'] as const
const allowedOf = (pace: ReturnType<typeof createPace>) => works.filter((work) => pace.allows(work))
const never = new AbortController().signal

it('allows everything at first, and holds back by level and by the person’s pause', () => {
  const pace = createPace()
  expect(allowedOf(pace)).toEqual(['sync', 'files', 'upkeep'])
  pace.set({ level: 'saving', sync: true })
  expect(allowedOf(pace)).toEqual(['sync'])
  pace.set({ level: 'normal', sync: false })
  expect(allowedOf(pace)).toEqual(['upkeep'])
  pace.set({ level: 'saving', sync: false })
  expect(allowedOf(pace)).toEqual([])
  pace.set({ level: 'paused', sync: true })
  expect(allowedOf(pace)).toEqual([])
  pace.set({ level: 'normal', sync: true })
  expect(allowedOf(pace)).toEqual(['sync', 'files', 'upkeep'])
})

it('ends what may not go on, lets go what waited, and asks for a look only then', async () => {
  const pace = createPace()
  let looks = 0
  pace.onLook(() => looks++)
  const before = pace.during('files')
  pace.set({ level: 'saving', sync: true })
  expect(before.aborted).toBe(true)
  expect(pace.during('sync').aborted).toBe(false)
  const heard: string[] = []
  const waits = pace.when('files', never).then(() => heard.push('files'))
  await pace.when('sync', never)
  pace.set({ level: 'saving', sync: true })
  await pace.when('sync', never)
  expect(heard).toEqual([])
  expect(looks).toBe(0)
  pace.set({ level: 'normal', sync: true })
  await waits
  expect(looks).toBe(1)
  expect(pace.during('files').aborted).toBe(false)
})

it('lets go who waits when the signal aborts', async () => {
  const pace = createPace()
  pace.set({ level: 'paused', sync: true })
  const stop = new AbortController()
  const waits = pace.when('sync', stop.signal)
  stop.abort()
  await waits
  await pace.when('sync', stop.signal)
  expect(pace.allows('sync')).toBe(false)
})
