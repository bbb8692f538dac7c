/** Two machines and the cable between them (network namespaces; Linux, as root), apart from everything else. */
import { spawnSync } from 'node:child_process'

/** The addresses of the one with the node, and of the other. */
export const addresses = { node: '192.168.77.5', phone: '192.168.77.9' } as const

const run = (...[program = '', ...args]: string[]) => spawnSync(program, args, { encoding: 'utf8' })
const nameOf = (n: number): string => `vivim-test-${process.pid}-${n}`
let made = 0

/** Why there can be none here, or undefined. */
export function networkMissing(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are Linux’s'
  if (process.getuid?.() !== 0) return 'a network namespace takes root'
  if (run('ip', '-V').error) return 'no “ip” (iproute2) on this machine'
  if (run('certutil', '-H').error) return 'no “certutil” (libnss3-tools) on this machine'
  try {
    newNetwork()[Symbol.dispose]()
    return undefined
  } catch (error) {
    return `no network namespace can be made here: ${String(error)}`
  }
}

export type Place = keyof typeof addresses
export interface Network extends Disposable {
  /** A command line that runs on one of the machines. */
  at(place: Place, line: readonly string[]): string[]
}

export function newNetwork(): Network {
  const names = { node: nameOf(made++), phone: nameOf(made++) }
  const remove = () => {
    for (const name of Object.values(names)) run('ip', 'netns', 'del', name)
  }
  const must = (...line: string[]) => {
    const { status, stderr } = run('ip', ...line)
    if (status === 0) return
    remove()
    throw new Error(`ip ${line.join(' ')}: ${stderr.trim()}`)
  }
  for (const name of Object.values(names)) must('netns', 'add', name)
  must('link', 'add', 'home', 'netns', names.node, 'type', 'veth', 'peer', 'name', 'home', 'netns', names.phone)
  for (const place of ['node', 'phone'] as const) {
    must('-n', names[place], 'addr', 'add', `${addresses[place]}/24`, 'dev', 'home')
    for (const link of ['lo', 'home']) must('-n', names[place], 'link', 'set', link, 'up')
  }
  return { at: (place, line) => ['ip', 'netns', 'exec', names[place], ...line], [Symbol.dispose]: remove }
}
