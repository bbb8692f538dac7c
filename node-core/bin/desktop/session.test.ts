import { expect, it } from 'vitest'
import { fakeClock } from '../../../tests/kit/clock.ts'
import type { AccessToken } from '../../contract/api/auth.ts'
import type { NodeClient } from '../client/client.ts'
import { keepSession } from './session.ts'

const HOUR = 3_600_000

it('renews the session at once after a sleep that no timer saw, and not before that', async () => {
  const clock = fakeClock()
  const asked: string[] = []
  const token = (n: number) => ({ accessToken: `token ${n}`, expiresAt: clock.now() + HOUR, session: 's', instance: 'did:key:z' })
  const answers: Record<string, () => object> = {
    'links.create': () => ({ link: '/#link=secret' }),
    'auth.link': () => token(1),
    'auth.renew-challenge': () => ({ challenge: 'c', audience: 'did:key:z' }),
    'auth.renew': () => token(2),
    'sessions.end': () => ({}),
  }
  const call = async (name: string) => {
    asked.push(name)
    return answers[name]?.()
  }
  const given: string[] = []
  const came = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const give = ({ accessToken }: AccessToken) => {
    given.push(accessToken)
    came[given.length - 1]?.resolve()
  }
  let look = (_refused: boolean) => {}
  const stop = new AbortController()
  const onLook = (listener: (refused: boolean) => void) => {
    look = listener
  }
  const node = { call } as unknown as Pick<NodeClient, 'call'>
  const kept = keepSession(node, give, { now: clock.now, onLook }, stop.signal)
  await came[0]?.promise
  look(false)
  for (let turn = 0; turn < 5; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
  expect(given).toEqual(['token 1'])

  clock.advance(9 * HOUR)
  look(false)
  await came[1]?.promise
  expect(given).toEqual(['token 1', 'token 2'])
  stop.abort()
  await kept
  expect(asked.at(-1)).toBe('sessions.end')
})
