/**
 * A certificate authority for one node and the machines of its person: a root that may vouch for private addresses and
 * local names alone, and short-lived certificates under it. ECDSA P-256 with SHA-256, which every system takes.
 */
import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, sign, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_nameConstraints,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_serverAuth,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  NameConstraints,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509'
import type { RandomBytes } from '../../ports/clock.ts'

const day = 24 * 3_600_000
export const rootLifetime = 3650 * day
export const leafLifetime = 30 * day
/** Clocks of phones are not always right. */
const early = day

/** What a root may vouch for: whoever steals its key can pass for no site of the internet. */
export const permitted = {
  addresses: [
    '10.0.0.0/8',
    '172.16.0.0/12',
    '192.168.0.0/16',
    '169.254.0.0/16',
    '127.0.0.0/8',
    'fc00::/7',
    'fe80::/10',
    '::1/128',
  ],
  names: ['local', 'localhost'],
} as const

export interface Root {
  readonly key: KeyObject
  readonly certificate: X509Certificate
}
/** As PEM, as TLS servers take it. */
export interface Pair {
  readonly key: string
  readonly cert: string
}

const ecdsaWithSha256 = '1.2.840.10045.4.3.2'
const commonName = '2.5.4.3'

/** A new root, named for people, from `now` (milliseconds since 1970). */
export function makeRoot(name: string, now: number, random: RandomBytes): Root {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const subject = nameOf(name)
  const certificate = issue({
    issuer: subject,
    subject,
    publicKey,
    by: privateKey,
    serial: random(16),
    validity: new Validity({ notBefore: new Date(now - early), notAfter: new Date(now + rootLifetime) }),
    extensions: [
      extension(id_ce_basicConstraints, true, new BasicConstraints({ cA: true, pathLenConstraint: 0 })),
      extension(id_ce_keyUsage, true, new KeyUsage(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign)),
      extension(id_ce_nameConstraints, true, constraints()),
      extension(id_ce_subjectKeyIdentifier, false, new SubjectKeyIdentifier(keyIdOf(publicKey))),
    ],
  })
  return { key: privateKey, certificate }
}

/** A certificate for the names and addresses, by the root. Those that the root may not vouch for must not be among them. */
export function makeLeaf(root: Root, names: readonly string[], now: number, random: RandomBytes): Pair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const issuer = AsnConvert.parse(root.certificate.raw, Certificate).tbsCertificate.subject
  const alternatives = names.map((name) => new GeneralName(isIP(name) ? { iPAddress: name } : { dNSName: name }))
  const leaf = issue({
    issuer,
    subject: nameOf('VIVIM node'),
    publicKey,
    by: root.key,
    serial: random(16),
    validity: new Validity({ notBefore: new Date(now - early), notAfter: new Date(now + leafLifetime) }),
    extensions: [
      extension(id_ce_basicConstraints, true, new BasicConstraints({ cA: false })),
      extension(id_ce_keyUsage, true, new KeyUsage(KeyUsageFlags.digitalSignature)),
      extension(id_ce_extKeyUsage, false, new ExtendedKeyUsage([id_kp_serverAuth])),
      extension(id_ce_subjectAltName, false, new SubjectAlternativeName(alternatives)),
      extension(
        id_ce_authorityKeyIdentifier,
        false,
        new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(keyIdOf(root.certificate.publicKey)) }),
      ),
    ],
  })
  return { key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(), cert: leaf.toString() }
}

/** A root as bytes, for a keychain: two bytes of the key's length, the key (PKCS #8), the certificate. */
export function packRoot({ key, certificate }: Root): Uint8Array {
  const plain = key.export({ format: 'der', type: 'pkcs8' })
  const head = Buffer.alloc(2)
  head.writeUInt16BE(plain.length)
  return Buffer.concat([head, plain, certificate.raw])
}
/** The inverse of {@link packRoot}; throws on anything else. */
export function unpackRoot(bytes: Uint8Array): Root {
  const packed = Buffer.from(bytes)
  const length = packed.readUInt16BE(0)
  const key = createPrivateKey({ key: packed.subarray(2, 2 + length), format: 'der', type: 'pkcs8' })
  const certificate = new X509Certificate(packed.subarray(2 + length))
  if (!certificate.checkPrivateKey(key)) throw new TypeError('the key is not the certificate’s')
  return { key, certificate }
}

interface Parts {
  issuer: Name
  subject: Name
  publicKey: KeyObject
  by: KeyObject
  serial: Uint8Array
  validity: Validity
  extensions: Extension[]
}
function issue({ issuer, subject, publicKey, by, serial, validity, extensions }: Parts): X509Certificate {
  const algorithm = new AlgorithmIdentifier({ algorithm: ecdsaWithSha256 })
  const body = new TBSCertificate({
    version: Version.v3,
    // positive, and never shortened
    serialNumber: bufferOf(Uint8Array.of(((serial[0] ?? 0) % 64) | 0x40, ...serial.subarray(1))),
    signature: algorithm,
    issuer,
    validity,
    subject,
    subjectPublicKeyInfo: AsnConvert.parse(publicKey.export({ format: 'der', type: 'spki' }), SubjectPublicKeyInfo),
    extensions: new Extensions(extensions),
  })
  const signatureValue = bufferOf(sign('sha256', new Uint8Array(AsnConvert.serialize(body)), by))
  const whole = new Certificate({ tbsCertificate: body, signatureAlgorithm: algorithm, signatureValue })
  return new X509Certificate(new Uint8Array(AsnConvert.serialize(whole)))
}

function constraints(): NameConstraints {
  const bases = [
    ...permitted.addresses.map((iPAddress) => new GeneralName({ iPAddress })),
    ...permitted.names.map((dNSName) => new GeneralName({ dNSName })),
  ]
  return new NameConstraints({ permittedSubtrees: new GeneralSubtrees(bases.map((base) => new GeneralSubtree({ base }))) })
}

const extension = (extnID: string, critical: boolean, value: object): Extension =>
  new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) })
const nameOf = (text: string): Name =>
  new Name([
    new RelativeDistinguishedName([
      new AttributeTypeAndValue({ type: commonName, value: new AttributeValue({ utf8String: text }) }),
    ]),
  ])
/** RFC 5280's first way: SHA-1 of the key's bits. It names the key and protects nothing. */
const keyIdOf = (key: KeyObject): ArrayBuffer => {
  const info = AsnConvert.parse(key.export({ format: 'der', type: 'spki' }), SubjectPublicKeyInfo)
  return bufferOf(createHash('sha1').update(new Uint8Array(info.subjectPublicKey)).digest())
}
const bufferOf = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer
