import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { askBus, busSocket, messageOf, takeMessage } from '../../main/lifetime/dbus.ts'
import { hasTrayHost, isMetered } from '../../main/lifetime/linux.ts'
import { requires } from '../kit/requires.ts'

const folder = mkdtempSync(join(tmpdir(), 'vivim-bus-'))
const started: ChildProcess[] = []
afterAll(() => {
  for (const child of started) child.kill()
  rmSync(folder, { recursive: true })
})
const nameHasOwner = (name: string) => ({
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
  member: 'NameHasOwner',
  arguments: [name],
})

it('finds the socket in what the session says of its bus', () => {
  expect(busSocket('unix:path=/run/user/1/bus')).toBe('/run/user/1/bus')
  expect(busSocket('tcp:host=x;unix:abstract=/tmp/dbus-%41,guid=1')).toBe('\0/tmp/dbus-A')
  for (const none of [undefined, '', 'tcp:host=x,port=1', 'unix:tmpdir=/tmp']) expect(busSocket(none)).toBeUndefined()
})

describe('a question to a bus', () => {
  it('is answered by a real daemon', async (test) => {
    await requires(test, 'dbus')
    const socket = join(folder, 'bus')
    const config = join(folder, 'bus.conf')
    writeFileSync(
      config,
      `<busconfig><type>session</type><listen>unix:path=${socket}</listen><policy context="default">
      <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`,
    )
    const daemon = spawn('dbus-daemon', [`--config-file=${config}`, '--nofork', '--print-address'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    started.push(daemon)
    await once(daemon.stdout, 'data')
    expect(await askBus(socket, nameHasOwner('org.freedesktop.DBus'), 5000)).toBe(true)
    expect(await askBus(socket, nameHasOwner('org.example.Nobody'), 5000)).toBe(false)
    expect(await askBus(socket, { ...nameHasOwner('x'), member: 'NoSuchMethod' }, 5000)).toBeUndefined()
    const address = `unix:path=${socket}`
    expect(await hasTrayHost(address)).toBe(false)
    expect(await isMetered(address)).toBeUndefined()
  })

  it('is undefined where nobody answers, or something else does', async () => {
    expect(await askBus(join(folder, 'none'), nameHasOwner('x'), 1000)).toBeUndefined()
    for (const answer of ['HTTP/1.1 400 Bad Request\r\n\r\n', 'REJECTED EXTERNAL\r\n', `OK 1\r\n${'x'.repeat(40)}`, '']) {
      const path = join(folder, 'odd')
      const server = createServer((socket) => {
        socket.on('error', () => {})
        socket.resume().end(answer)
      }).listen(path)
      await once(server, 'listening')
      expect(await askBus(path, nameHasOwner('x'), 2000), answer).toBeUndefined()
      await new Promise((resolve) => server.close(resolve))
    }
  })

  it('reads its own writing as a message without a value, and no piece of it as one', () => {
    const bytes = messageOf(nameHasOwner('org.example'), 7)
    for (let cut = 0; cut < bytes.length; cut++) expect(takeMessage(bytes.subarray(0, cut))).toBeUndefined()
    expect(takeMessage(bytes)).toEqual({ size: bytes.length, replyTo: undefined, value: undefined })
  })
})
