/**
 * Keys lost and found, on the built product: a key file that is gone, the phrase that brings everything back, changed and
 * wrong passphrases, the phrase at the terminal alone, one process per data directory, an end without a goodbye, damage.
 */
import { chmod, cp, open, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Content, contentOf } from '../kit/content.ts'
import { lookInto } from '../kit/opened-store.ts'
import { signIn } from '../kit/plain-http.ts'
import { type Machine, newMachine, type Serving } from '../kit/product.ts'
import { requires } from '../kit/requires.ts'
import { atTerminal } from '../kit/terminal.ts'
import { writeExport } from '../kit/written-exports.ts'

/** The 24 words of somebody else's account. */
const strangers = `${'abandon '.repeat(23)}art`
// biome-ignore lint/suspicious/noControlCharactersInRegex: bold and plain.
const styles = /\x1b\[[0-9;]*m/g

let machine: Machine
let content: Content
let phrase: string
const keyFile = () => join(machine.data, 'keychain.json')
beforeAll(async () => {
  machine = await newMachine({ bare: true })
  await machine.done(['import', writeExport(machine.folder, 'chatgpt-sharded', { seed: 11, conversations: 8 }).path])
  await machine.done(['import', writeExport(machine.folder, 'claude', { seed: 12, conversations: 8 }).path])
  content = await held(machine)
})
afterAll(() => machine?.[Symbol.asyncDispose]())

/** Everything that the node of a machine holds. */
async function held(where: Machine, options: Parameters<Machine['serve']>[1] = {}): Promise<Content> {
  await using node = await where.serve([], options)
  return await contentOf(await signIn(node.link))
}
const atScreen = (
  args: readonly string[],
  answers: readonly (readonly [string, string])[] = [],
  options?: Parameters<Machine['line']>[1],
) => atTerminal(machine.line(args, options), machine.environment, answers)
const devices = async (where: Machine): Promise<{ did: string }[]> => {
  await using node = await where.serve()
  return (await (await signIn(node.link)).json('account.get')).devices
}

describe('the phrase', () => {
  it('is shown at a terminal, again and again, until it was confirmed', async (test) => {
    await requires(test, 'terminal')
    for (const args of [
      ['account', 'phrase'],
      ['account', 'phrase', '--json'],
    ]) {
      const ran = await machine.vivim(args)
      expect(ran.code).not.toBe(0)
      expect(ran.stdout + ran.stderr).toMatch(/terminal only/)
    }
    const first = await atScreen(['account', 'phrase'])
    const words = [...first.screen.replaceAll(styles, '').matchAll(/^ ?\d+ +[a-z]+.*$/gm)].join(' ').match(/[a-z]{3,}/g) ?? []
    expect(words.length).toBe(24)
    phrase = words.join(' ')
    expect((await atScreen(['account', 'phrase'])).screen).toBe(first.screen)

    const wrong = await atScreen(['account', 'confirm'], [['24 words', [...words.slice(1), words[0]].join(' ')]])
    expect(wrong.code).toBe(1)
    expect(wrong.screen).not.toContain(words[0])
    expect((await machine.done(['status', '--json'])).json().status.warnings).toMatchObject([{ code: 'phrase-unconfirmed' }])
    const right = await atScreen(['account', 'confirm'], [['24 words', phrase.toUpperCase()]])
    expect(right.code).toBe(0)
    expect(right.screen).not.toContain(phrase)
    const after = await atScreen(['account', 'phrase'])
    expect(after.code).toBe(1)
    expect(after.screen).toMatch(/confirmed/)
    expect((await machine.done(['status', '--json'])).json().status.warnings).toEqual([])
  })
})

describe('a key file that is gone', () => {
  it('is explained, and no new key comes over the old store', async (test) => {
    await requires(test, 'terminal')
    await rename(keyFile(), join(machine.folder, 'aside.json'))
    const before = await readFile(join(machine.data, 'store.db'))
    for (const args of [
      ['serve', '--port', '0'],
      ['serve', '--generate-passphrase', '--port', '0'],
      ['search', 'garden'],
      ['status'],
    ]) {
      const ran = await machine.vivim(args)
      expect(ran.code, args.join(' ')).toBe(1)
      expect(ran.stderr).toMatch(/keys of this store are not in the keychain|keychain\.json is gone/)
      expect(ran.stderr).toMatch(/account recover/)
    }
    await expect(stat(keyFile())).rejects.toMatchObject({ code: 'ENOENT' })
    expect((await readFile(join(machine.data, 'store.db'))).equals(before)).toBe(true)
    // and with the file the same as ever
    await rename(join(machine.folder, 'aside.json'), keyFile())
    expect(await held(machine)).toEqual(content)
  })

  it('comes back by the phrase, and the node goes on as a new device', async (test) => {
    await requires(test, 'terminal')
    const [first] = await devices(machine)
    await rm(keyFile())
    const other = await atScreen(['account', 'recover'], [['24 words', strangers]])
    expect(other.code).toBe(1)
    expect(other.screen).toMatch(/another account|no account/i)
    expect((await atScreen(['account', 'recover'], [['24 words', 'these are no words of any list']])).screen).toMatch(
      /not a recovery phrase/,
    )
    const recovered = await atScreen(['account', 'recover'], [['24 words', phrase]])
    expect(recovered.screen).toMatch(/new device/)
    expect(recovered.code).toBe(0)
    expect(await held(machine)).toEqual(content)
    const now = await devices(machine)
    expect(now.length).toBe(2)
    expect(now.map(({ did }) => did)).toContain(first?.did)

    // it writes as that device, and the log holds
    await machine.done(['import', writeExport(machine.folder, 'openwebui', { seed: 13, conversations: 3 }).path])
    expect((await machine.done(['doctor', '--verify', '--json'])).json()).toMatchObject({ problems: 0 })
    content = await held(machine)
  })
})

describe('the passphrase', () => {
  it('is changed at the terminal; the old one opens nothing from then on', async (test) => {
    await requires(test, 'terminal')
    expect((await machine.vivim(['account', 'passphrase'])).stderr).toMatch(/terminal only/)
    const bad = await atScreen(
      ['account', 'passphrase'],
      [
        ['Passphrase now', 'not this one'],
        ['New passphrase', 'a new passphrase'],
        ['The same again', 'a new passphrase'],
      ],
    )
    expect(bad.code).toBe(1)
    expect(bad.screen).toMatch(/not the passphrase/)
    const changed = await atScreen(
      ['account', 'passphrase'],
      [
        ['Passphrase now', 'correct horse battery staple'],
        ['New passphrase', 'a new passphrase'],
        ['The same again', 'another one'],
        ['New passphrase', 'a new passphrase'],
        ['The same again', 'a new passphrase'],
      ],
    )
    expect(changed.code).toBe(0)
    expect(changed.screen).not.toContain('a new passphrase')

    const refused = await machine.vivim(['status'])
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/not the passphrase/)])
    const unasked = await machine.vivim(['status'], { passphraseFile: null })
    expect([unasked.code, unasked.stderr]).toEqual([1, expect.stringMatching(/--passphrase-file/)])
    const asked = await atScreen(
      ['status'],
      [
        ['Passphrase', 'wrong'],
        ['Passphrase', 'a new passphrase'],
      ],
      { passphraseFile: null },
    )
    expect(asked.code).toBe(0)
    expect(asked.screen).toContain('conversations')

    // where no node runs the same answer opens the store and proves who asks
    const once = await atScreen(
      ['account', 'passphrase'],
      [
        ['Passphrase now', 'a new passphrase'],
        ['New passphrase', 'a new passphrase'],
        ['The same again', 'a new passphrase'],
      ],
      { passphraseFile: null },
    )
    expect(once.code).toBe(0)
    expect(once.screen.match(/^.*: *$/gm)).toEqual(['Passphrase now: ', 'New passphrase: ', 'The same again: '])

    await writeFile(machine.passphraseFile, 'a new passphrase\n')
    expect(await held(machine)).toEqual(content)
  })

  it('is warned about where others can read its file', async (test) => {
    await requires(test, 'posix')
    await chmod(machine.passphraseFile, 0o644)
    expect((await machine.done(['status'])).stderr).toMatch(/Other users/)
    await chmod(machine.passphraseFile, 0o600)
  })
})

describe('one data directory', () => {
  it('is opened by one process at a time; the second says which holds it', async () => {
    await using node = await machine.serve()
    const again = await machine.vivim(['serve', '--port', '0'])
    expect(again.code).toBe(1)
    expect(again.stderr).toMatch(/runs on .* already/)
    // one that does not find the socket meets the lock
    await rm(join(machine.data, 'run'), { recursive: true, force: true })
    const blind = await machine.vivim(['serve', '--port', '0'])
    expect(blind.code).toBe(1)
    expect(blind.stderr).toMatch(new RegExp(`${node.child.pid}|node runs|Another process`))
  })

  it('is checked in the background after an end without a goodbye', async () => {
    const node = await machine.serve()
    await node.kill()
    await using next = await machine.serve()
    const http = await signIn(next.link)
    let { integrity } = await http.json('status.get')
    expect(['checking', 'sound']).toContain(integrity.state)
    while (integrity.state === 'checking') integrity = (await http.json('status.get')).integrity
    expect(integrity).toMatchObject({ state: 'sound', checked: expect.any(Number), problems: [] })
    expect(await contentOf(http)).toEqual(content)
  })

  it('shows damage that came meanwhile', async () => {
    await using broken = await damagedCopy()
    const http = await signIn(broken.node.link)
    let { integrity } = await http.json('status.get')
    while (integrity.state === 'checking') integrity = (await http.json('status.get')).integrity
    expect(integrity.state).toBe('damaged')
    expect(integrity.problems.length).toBeGreaterThan(0)
    expect((await machine.vivim(['doctor'], { data: broken.data })).code).toBe(1)
    expect((await machine.vivim(['doctor', '--verify'], { data: broken.data })).code).toBe(1)
  })
})

describe('the doctor', () => {
  it('says of a store that does not open which file it is, what is wrong with it, and what to do', async () => {
    const data = join(machine.folder, 'broken')
    const told = async (file: string, damage: (path: string) => Promise<unknown>) => {
      await rm(data, { recursive: true, force: true })
      await cp(machine.data, data, { recursive: true })
      await damage(join(data, file))
      const ran = await machine.vivim(['doctor'], { data })
      expect([ran.code, ran.stderr], file).toEqual([1, ''])
      expect(ran.stdout).toContain(`!!  `)
      expect(ran.stdout).toContain(join(data, file))
      return ran.stdout
    }
    expect(await told('store.db', (path) => truncate(path, 100_000))).toMatch(/is cut off: 100000 bytes.*\n→ .*vivim restore/)
    expect(await told('keychain.json', (path) => writeFile(path, 'garbage'))).toMatch(/→ .*vivim account recover/)
    expect(await told('store.db', (path) => rm(path))).toMatch(/is missing/)
    // and what is left of it does not become a new store
    const served = await machine.vivim(['serve', '--port', '0'], { data })
    expect([served.code, served.stderr]).toEqual([1, expect.stringMatching(/store\.db is gone.*no new one/)])
    expect(await readdir(data)).not.toContain('store.db')
    const none = await machine.vivim(['doctor'], { data: join(machine.folder, 'nowhere') })
    expect([none.code, none.stderr]).toEqual([1, expect.stringMatching(/no store in .* yet/)])
    expect(await readdir(machine.folder)).not.toContain('nowhere')
  })

  it('finds changed payloads, changed files and missing ones, each by its name', async () => {
    const data = join(machine.folder, 'copy')
    await cp(machine.data, data, { recursive: true })
    const [blob] = await filesIn(join(data, 'blobs'))
    expect(blob).toBeDefined()
    const file = await open(blob ?? '', 'r+')
    await file.write(Buffer.from([0xff, 0xff, 0xff]), 0, 3, 60)
    await file.close()
    const verified = await machine.vivim(['doctor', '--verify', '--json'], { data })
    expect(verified.code, verified.stderr).toBe(1)
    expect(verified.stderr).toBe('')
    const { problems, found } = verified.json()
    expect(problems).toBe(1)
    expect(found[0].where).toMatch(/^bafkrei/)
    await rm(blob ?? '')
    expect((await machine.vivim(['doctor', '--verify', '--json'], { data })).json().found[0].what).toMatch(/not on this node/)
  })

  it('rebuilds what is derived, to the same', async () => {
    await machine.done(['doctor', '--rebuild'])
    expect(await held(machine)).toEqual(content)
    expect((await machine.vivim(['doctor', '--rebuild', 'nonsense'])).stderr).toMatch(/nonsense/)
  })
})

describe('a backup', () => {
  it('brings everything back on an empty machine, which becomes a new device', async (test) => {
    await requires(test, 'terminal')
    const path = join(machine.folder, 'whole.backup')
    await machine.done(['backup', path])
    await using other = await newMachine({ bare: true })
    const line = other.line(['restore', path])
    const wrong = await atTerminal(line, other.environment, [['24 words', strangers]])
    expect(wrong.code).toBe(1)
    expect(await readdir(other.data).catch(() => [])).not.toContain('store.db')
    const restored = await atTerminal(line, other.environment, [['24 words', phrase]])
    expect(restored.screen).toMatch(/Restored/)
    expect(restored.code).toBe(0)
    expect(await held(other)).toEqual(content)
    expect((await other.done(['doctor', '--verify', '--json'])).json()).toMatchObject({ problems: 0 })
    expect((await devices(other)).length).toBe(3)
    expect(epochOf(other)).not.toEqual(epochOf(machine))
  })
})

/** A node on a copy of the data with a page overwritten, as an unclean end leaves it to be checked. */
async function damagedCopy() {
  const data = join(machine.folder, 'damaged')
  await cp(machine.data, data, { recursive: true })
  const db = lookInto(data)
  const { page } = db.prepare("SELECT pageno AS page FROM dbstat WHERE name = 'chunk_name' AND pagetype = 'leaf'").get() as {
    page: number
  }
  const size = db.pragma('page_size', { simple: true }) as number
  db.close()
  const file = await open(join(data, 'store.db'), 'r+')
  await file.write(Buffer.alloc(size, 0xa5), 0, size, (page - 1) * size)
  await file.close()
  await writeFile(join(data, 'running'), '1\n')
  const node: Serving = await machine.serve([], { data })
  return { data, node, [Symbol.asyncDispose]: () => node[Symbol.asyncDispose]() }
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

function epochOf({ data }: Machine): unknown {
  const db = lookInto(data)
  const row = db.prepare('SELECT hex(epoch) AS epoch FROM account').get()
  db.close()
  return row
}
