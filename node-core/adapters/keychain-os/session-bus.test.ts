import { describe, expect, it } from 'vitest'
import { socketOf } from './session-bus.ts'

describe('the address of the session bus', () => {
  it('is the first Unix socket of the list', () => {
    expect(socketOf('unix:path=/run/user/1000/bus')).toBe('/run/user/1000/bus')
    expect(socketOf('unix:path=/tmp/dbus-a%20b,guid=0123')).toBe('/tmp/dbus-a b')
    expect(socketOf('unix:guid=0123,path=/tmp/x')).toBe('/tmp/x')
    expect(socketOf('unix:abstract=/tmp/dbus-x')).toBe('\0/tmp/dbus-x')
    expect(socketOf('tcp:host=localhost,port=1;unix:path=/second')).toBe('/second')
  })

  it('is absent where there is none', () => {
    for (const addresses of [undefined, '', 'autolaunch:', 'tcp:host=localhost', 'unix:tmpdir=/tmp', 'nonsense']) {
      expect(socketOf(addresses)).toBeUndefined()
    }
  })
})
