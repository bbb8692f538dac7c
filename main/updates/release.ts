/**
 * A release as its makers sign it: what it is, for whom, and the hashes of its files. Nothing of it counts before the
 * signature was checked, and nothing that is not newer counts at all.
 */
import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { z } from 'zod'
import { type UpdateChannel, type UpdateFailure, updateChannels } from '../../node-core/contract/updates.ts'

/** Why an update is not taken. Its message is for logs; people read words for `why`. */
export class UpdateRefused extends Error {
  override readonly name = 'UpdateRefused'
  readonly why: UpdateFailure
  constructor(why: UpdateFailure, message: string, options?: ErrorOptions) {
    super(message, options)
    this.why = why
  }
}

/** Systems as `process.platform` names them. */
export const updateSystems = ['linux', 'darwin', 'win32'] as const
export type UpdateSystem = (typeof updateSystems)[number]

/** As semantic versioning writes it, without build metadata. */
const versionPattern = /^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})(?:-([0-9a-z-]{1,20}(?:\.[0-9a-z-]{1,20}){0,4}))?$/
/** Signed along, so that a signature for something else of the same key is none for a release. */
export const signedPrefix = 'vivim-release-1\n'
export const longestEnvelope = 200_000
const biggestFile = 2 ** 30

const file = z.strictObject({
  /** A plain name beside the release's own file: it cannot lead elsewhere. */
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,120}$/),
  arch: z.enum(['x64', 'arm64', 'universal']),
  /** Base64 of 64 bytes. */
  sha512: z.string().regex(/^[A-Za-z0-9+/]{86}==$/),
  size: z.int().min(1).max(biggestFile),
})
const release = z.strictObject({
  channel: z.enum(updateChannels),
  system: z.enum(updateSystems),
  version: z.string().regex(versionPattern),
  /** Markdown. */
  notes: z.string().max(20_000),
  files: z.array(file).min(1).max(10),
})
export type Release = z.output<typeof release>
export type ReleaseFile = z.output<typeof file>
/** `release` is the signed text itself: what was signed and what is read cannot differ. */
const envelope = z.strictObject({ release: z.string().max(longestEnvelope), signature: z.base64().max(100) })

/** What this installation is. */
export interface Installation {
  readonly version: string
  readonly system: UpdateSystem
  readonly arch: string
  readonly channel: UpdateChannel
}
export interface Offer {
  readonly version: string
  readonly notes: string
  readonly file: ReleaseFile
}

/** The release's file beside the others: one name per channel and system. */
export const releaseName = (channel: UpdateChannel, system: UpdateSystem): string => `${channel}-${system}.json`

/** A public key as it is built in: 32 bytes as base64. */
export const releaseKey = (base64: string): KeyObject =>
  createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(base64, 'base64').toString('base64url') }, format: 'jwk' })

/**
 * What a release offers to this installation; undefined where it is not newer.
 * @param text as it came over the network
 * @throws `UpdateRefused` `untrusted`: unsigned, wrongly signed, for another channel or system, or of another shape
 */
export function offerOf(text: string, key: KeyObject, installation: Installation): Offer | undefined {
  const { version, notes, channel, system, files } = readRelease(text, key)
  // Another channel's release is truly signed as well: it must not come by this one's name.
  if (channel !== installation.channel || system !== installation.system)
    throw new UpdateRefused('untrusted', `a release of ${channel} for ${system}`)
  if (channel === 'stable' && version.includes('-')) throw new UpdateRefused('untrusted', `${version} is not stable`)
  if (compareVersions(version, installation.version) <= 0) return undefined
  const fitting = files.find(({ arch }) => arch === installation.arch || arch === 'universal')
  return fitting && { version, notes, file: fitting }
}

function readRelease(text: string, key: KeyObject): Release {
  if (text.length > longestEnvelope) throw new UpdateRefused('untrusted', 'too long for a release')
  const signed = envelope.safeParse(jsonOf(text))
  if (!signed.success) throw new UpdateRefused('untrusted', 'not a signed release')
  const bytes = Buffer.from(signedPrefix + signed.data.release)
  if (!verify(null, bytes, key, Buffer.from(signed.data.signature, 'base64')))
    throw new UpdateRefused('untrusted', 'signed by somebody else')
  const parsed = release.safeParse(jsonOf(signed.data.release))
  if (!parsed.success) throw new UpdateRefused('untrusted', 'a release of another shape')
  return parsed.data
}

/** Negative where `a` is older than `b`, positive where it is newer, by semantic versioning. Both are versions. */
export function compareVersions(a: string, b: string): number {
  const [one, other] = [partsOf(a), partsOf(b)]
  for (const [index, number] of one.numbers.entries()) {
    const difference = number - (other.numbers[index] ?? 0)
    if (difference !== 0) return difference
  }
  // A version comes after its own pre-releases.
  if (one.pre.length === 0 || other.pre.length === 0) return other.pre.length - one.pre.length
  for (let index = 0; index < Math.max(one.pre.length, other.pre.length); index++) {
    const difference = comparePart(one.pre[index], other.pre[index])
    if (difference !== 0) return difference
  }
  return 0
}

function partsOf(version: string): { numbers: number[]; pre: string[] } {
  const [, major, minor, patch, pre] = versionPattern.exec(version) ?? []
  if (major === undefined) throw new RangeError(`${version} is no version`)
  return { numbers: [Number(major), Number(minor), Number(patch)], pre: pre?.split('.') ?? [] }
}

/** Numbers come before words, fewer parts before more. */
function comparePart(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1
  const [isNumber, isOtherNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)]
  if (isNumber && isOtherNumber) return Number(a) - Number(b)
  if (isNumber !== isOtherNumber) return isNumber ? -1 : 1
  return a === b ? 0 : a < b ? -1 : 1
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
