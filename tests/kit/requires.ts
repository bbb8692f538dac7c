/**
 * What some tests need from the machine. A test that needs something calls `requires(context, …)` first: where it
 * is missing the test is left out with the reason, and where CI=true it fails, because there nothing may be left out.
 */
import { spawnSync } from 'node:child_process'
import type { TestContext } from 'vitest'
import { chromiumMissing } from './chromium.ts'
import { desktopMissing } from './desktop.ts'
import { networkMissing } from './network.ts'
import { terminalMissing } from './terminal.ts'

const has = (program: string): boolean => !spawnSync(program, ['--version'], { stdio: 'ignore' }).error

/** Each requirement answers why it is missing, or undefined where it is there. */
const requirements = {
  'chromium': chromiumMissing,
  'desktop': desktopMissing,
  'secret-service': async () =>
    process.platform !== 'linux'
      ? 'the Secret Service is tested on Linux'
      : has('dbus-run-session') && has('gnome-keyring-daemon')
        ? undefined
        : 'no Secret Service (dbus, gnome-keyring) on this machine',
  'dbus': async () => (process.platform === 'linux' && has('dbus-daemon') ? undefined : 'no D-Bus daemon on this machine'),
  'network': async () => networkMissing(),
  'terminal': async () => terminalMissing(),
  'posix': async () => (process.platform === 'win32' ? 'tests POSIX permissions and signals' : undefined),
} as const satisfies Record<string, () => Promise<string | undefined>>

export type Requirement = keyof typeof requirements

const known = new Map<Requirement, Promise<string | undefined>>()

/** Leaves the calling test out, saying why, where the machine lacks `requirement`; fails it where CI=true. */
export async function requires(context: TestContext, requirement: Requirement): Promise<void> {
  const answer = known.get(requirement) ?? requirements[requirement]()
  known.set(requirement, answer)
  const missing = await answer
  if (missing === undefined) return
  // A network takes root, which not every machine of a CI gives; nothing can be installed against that.
  const denied = requirement === 'network' && process.getuid?.() !== 0
  if (process.env['CI'] === 'true' && process.platform === 'linux' && !denied) {
    throw new Error(`CI=true, and ${missing}. Install what the tests need: resources/scripts/ci-debian.sh`)
  }
  context.skip(missing)
}
