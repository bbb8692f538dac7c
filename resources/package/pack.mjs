// @ts-check
// electron-builder, started on a staged app.
import { createRequire } from 'node:module'
import { relative } from 'node:path'
import { root } from '../scripts/runtime.mjs'
import { configuration } from './electron-builder.mjs'
import { lockedPackage } from './lock.mjs'

// CommonJS with getters, which an import by name does not find.
/** @type {typeof import('electron-builder')} */
const { Arch, build, Platform } = createRequire(import.meta.url)('electron-builder')

/** What `process.platform` calls a system, in electron-builder's words. */
const platforms = { linux: Platform.LINUX, darwin: Platform.MAC, win32: Platform.WINDOWS }

/**
 * Packs what the configuration lists for a system, or with `unpacked` only the folder that installers are made of.
 * Answers the artefacts' paths.
 * @param {import('./stage.mjs').System} system
 * @param {{ app: string, output: string, unpacked?: boolean, electronDist?: string, updatesUrl?: string | undefined, notarise?: boolean }} options
 */
export async function pack(system, { app, output, unpacked = false, ...rest }) {
  const electronVersion = lockedPackage('electron').version
  return await build({
    projectDir: root,
    publish: 'never',
    targets: unpacked ? new Map([[platforms[system], new Map([[Arch.x64, ['dir']]])]]) : platforms[system].createTarget(),
    config: configuration({ app: relative(root, app), output, electronVersion, ...rest }),
  })
}
