/** `vivim pair` at a terminal: its QR code, the question with the device's number, and what each answer does. */
import { decodeQR } from 'qr/decode.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { plainDevice } from '../kit/plain-device.ts'
import { type PlainHttp, signIn } from '../kit/plain-http.ts'
import { type Machine, newMachine, type Serving } from '../kit/product.ts'
import { requires } from '../kit/requires.ts'
import { atTerminal } from '../kit/terminal.ts'

let machine: Machine
let node: Serving
let owner: PlainHttp
beforeAll(async () => {
  machine = await newMachine()
  node = await machine.serve()
  owner = await signIn(node.link)
})
afterAll(() => machine?.[Symbol.asyncDispose]())

/** Runs it, claims as a phone would once it is open, and types an answer. */
async function pairAtScreen(answer: string) {
  const ended = atTerminal(machine.line(['pair']), machine.environment, [['[y/N]', answer]])
  const newest = async () => (await owner.json('pairings.list')).items[0]
  await expect.poll(newest).toMatchObject({ device: null })
  const { link } = await newest()
  const phone = plainDevice(owner, 'Pocket\u001b[31m phone')
  const claimed = await phone.claim(link.slice('/#pair='.length))
  return { ...(await ended), phone, claimed, link }
}

/** Blocks of the screen as pixels: dark is what is not drawn. */
function readScreen(screen: string): string {
  const lines = screen.split('\n').filter((line) => /^[█▀▄ ]{20,}$/.test(line))
  const scale = 4
  const width = Math.max(...lines.map((line) => line.length))
  const rows = lines.flatMap((line) => [
    [...line.padEnd(width)].map((block) => block === '█' || block === '▀'),
    [...line.padEnd(width)].map((block) => block === '█' || block === '▄'),
  ])
  const data = new Uint8Array(rows.length * scale * width * scale * 4).fill(255)
  for (const [y, row] of rows.entries())
    for (const [x, light] of row.entries())
      if (!light)
        for (let dy = 0; dy < scale; dy++)
          data.subarray().fill(0, ((y * scale + dy) * width + x) * scale * 4, ((y * scale + dy) * width + x + 1) * scale * 4)
  for (let alpha = 3; alpha < data.length; alpha += 4) data[alpha] = 255
  return decodeQR({ width: width * scale, height: rows.length * scale, data })
}

describe('vivim pair', () => {
  it('draws the link, asks with the number that the device shows, and lets it in', async (test) => {
    await requires(test, 'terminal')
    const { code, screen, phone, link } = await pairAtScreen('y')
    expect(readScreen(screen)).toBe(node.origin + link)
    expect(screen).toMatch(/type [A-Z2-7]{4}-[A-Z2-7]{4}/)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what the name tried
    expect(screen).not.toMatch(/\u001b\[31m/)
    const [device] = (await owner.json('devices.list')).items.filter(({ did }: { did: string }) => did === phone.did)
    expect(screen).toContain(device.fingerprint)
    expect(code).toBe(0)
    expect(await phone.signIn(owner.account)).toMatchObject({ device: phone.did })
  })

  it('refuses for any other answer', async (test) => {
    await requires(test, 'terminal')
    const { code, phone, claimed } = await pairAtScreen('')
    expect(code).toBe(1)
    expect(await owner.json('pairings.progress', { ticket: claimed.ticket })).toMatchObject({ state: 'refused' })
    expect(await phone.signIn(owner.account)).toMatchObject({ code: 'unauthenticated' })
  })

  it('opens one for programs, and needs a node that runs', async () => {
    const { pairing, link } = (await machine.done(['pair', '--json'])).json()
    const { items } = await owner.json('pairings.list')
    expect(items).toMatchObject([{ pairing, link: link.slice(node.origin.length) }])
    await owner.json('pairings.cancel', { pairing })
    await using alone = await newMachine()
    expect(await alone.vivim(['pair'])).toMatchObject({ code: 1, stderr: expect.stringContaining('vivim serve') })
  })
})
