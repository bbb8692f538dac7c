/** The certificate of the stand-in's own servers: no browser knows it but the one that the stand-in starts. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '../fixtures/tls')
export const privateKey = readFileSync(join(folder, 'key.pem'), 'utf8')
export const certificate = readFileSync(join(folder, 'certificate.pem'), 'utf8')
