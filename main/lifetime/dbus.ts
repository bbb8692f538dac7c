/** One question to a D-Bus daemon: enough to learn what the desktop has, without a native module. */
import { connect, type Socket } from 'node:net'

export interface BusCall {
  readonly destination: string
  readonly path: string
  readonly interface: string
  readonly member: string
  readonly arguments: readonly string[]
}

/** The first Unix socket of a list of addresses, as `DBUS_SESSION_BUS_ADDRESS` has it: a path, or an abstract name. */
export function busSocket(addresses: string | undefined): string | undefined {
  for (const address of addresses?.split(';') ?? []) {
    const found = /^unix:(?:.*,)?(path|abstract)=([^,]+)/.exec(address)
    if (found?.[2]) return `${found[1] === 'abstract' ? '\0' : ''}${decodeURIComponent(found[2])}`
  }
  return undefined
}

/**
 * Asks once over a connection of its own; answers the first value of the reply where that is a number or a truth value
 * (also within a variant), undefined for anything else: no daemon, an error, too late.
 */
export function askBus(socketPath: string, call: BusCall, milliseconds: number): Promise<number | boolean | undefined> {
  return new Promise((resolve) => {
    const socket = connect(socketPath)
    const end = (value?: number | boolean) => {
      socket.destroy()
      resolve(value)
    }
    socket.setTimeout(milliseconds, () => end())
    socket.on('error', () => end())
    socket.on('close', () => resolve(undefined))
    talk(socket, call, end)
  })
}

function talk(socket: Socket, call: BusCall, end: (value?: number | boolean) => void): void {
  const hello: BusCall = {
    destination: 'org.freedesktop.DBus',
    path: '/org/freedesktop/DBus',
    interface: 'org.freedesktop.DBus',
    member: 'Hello',
    arguments: [],
  }
  let read = Buffer.alloc(0)
  let greeted = false
  socket.on('connect', () => {
    const user = Buffer.from(String(process.getuid?.() ?? 0)).toString('hex')
    socket.write(`\0AUTH EXTERNAL ${user}\r\n`)
  })
  socket.on('data', (bytes) => {
    read = Buffer.concat([read, bytes])
    if (read.length > 1 << 20) return end()
    if (!greeted) {
      const line = read.indexOf('\r\n')
      if (line < 0) return
      if (!read.subarray(0, line).toString('latin1').startsWith('OK ')) return end()
      read = read.subarray(line + 2)
      greeted = true
      socket.write('BEGIN\r\n')
      socket.write(messageOf(hello, 1))
      socket.write(messageOf(call, 2))
    }
    try {
      for (let message = takeMessage(read); message; message = takeMessage(read)) {
        read = read.subarray(message.size)
        if (message.replyTo === 2) return end(message.value)
      }
    } catch {
      // not what a daemon says
      end()
    }
  })
}

const pad = (length: number, to: number): number => (to - (length % to)) % to

/** A call as little-endian bytes; all of its arguments are strings. */
export function messageOf({ destination, path, interface: of, member, arguments: given }: BusCall, serial: number): Buffer {
  const body = new Writer()
  for (const argument of given) body.string(argument)
  const fields = new Writer()
  const field = (code: number, type: 'o' | 's', value: string) => {
    fields.align(8).byte(code).signature(type).string(value)
  }
  field(1, 'o', path)
  field(2, 's', of)
  field(3, 's', member)
  field(6, 's', destination)
  if (given.length > 0) fields.align(8).byte(8).signature('g').signature('s'.repeat(given.length))
  const head = new Writer().byte(0x6c).byte(1).byte(0).byte(1).number(body.length).number(serial).number(fields.length)
  // fields begin behind the 16 bytes of the head, where every alignment holds
  return Buffer.concat([head.bytes, fields.bytes, Buffer.alloc(pad(fields.length, 8)), body.bytes])
}

class Writer {
  bytes = Buffer.alloc(0)
  get length(): number {
    return this.bytes.length
  }
  #put(...parts: Buffer[]): this {
    this.bytes = Buffer.concat([this.bytes, ...parts])
    return this
  }
  align(to: number): this {
    return this.#put(Buffer.alloc(pad(this.length, to)))
  }
  byte(value: number): this {
    return this.#put(Buffer.of(value))
  }
  number(value: number): this {
    this.align(4)
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32LE(value)
    return this.#put(bytes)
  }
  string(value: string): this {
    const bytes = Buffer.from(value)
    return this.number(bytes.length).#put(bytes, Buffer.of(0))
  }
  signature(value: string): this {
    return this.byte(value.length).#put(Buffer.from(value), Buffer.of(0))
  }
}

interface Message {
  readonly size: number
  readonly replyTo: number | undefined
  readonly value: number | boolean | undefined
}

/** The first whole message; undefined while it is not all there. Throws where the bytes are no message. */
export function takeMessage(bytes: Buffer): Message | undefined {
  if (bytes.length < 16) return undefined
  const little = bytes[0] === 0x6c
  if (!little && bytes[0] !== 0x42) throw new RangeError('no message')
  const number = (at: number): number => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at))
  const fields = number(12)
  const begin = 16 + fields + pad(fields, 8)
  const size = begin + number(4)
  if (size > 1 << 20) throw new RangeError('too large')
  if (bytes.length < size) return undefined
  let replyTo: number | undefined
  let signature = ''
  for (let at = 16; at < 16 + fields; ) {
    at += pad(at, 8)
    const code = bytes[at]
    const type = String.fromCharCode(bytes[at + 2] ?? 0)
    at += 4
    if (type === 'u') {
      at += pad(at, 4)
      if (code === 5) replyTo = number(at)
      at += 4
    } else if (type === 'g') {
      const length = bytes[at] ?? 0
      if (code === 8) signature = bytes.toString('latin1', at + 1, at + 1 + length)
      at += length + 2
    } else if (type === 's' || type === 'o') {
      at += pad(at, 4)
      at += 4 + number(at) + 1
    } else throw new RangeError('no field')
  }
  if (bytes[1] !== 2) return { size, replyTo, value: undefined }
  let at = begin
  if (signature === 'v') {
    const length = bytes[at] ?? 0
    signature = bytes.toString('latin1', at + 1, at + 1 + length)
    at += length + 2
  }
  at += pad(at, 4)
  const value = signature === 'u' ? number(at) : signature === 'b' ? number(at) !== 0 : undefined
  return { size, replyTo, value }
}
