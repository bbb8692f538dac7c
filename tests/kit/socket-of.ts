/** Where the node of a machine answers its own user. */
import { join } from 'node:path'
import { localAddress } from '../../node-core/http/local.ts'
import type { Machine } from './product.ts'

export const socketOf = (machine: Machine): string =>
  localAddress({ dataDirectory: machine.data, shortDirectory: join(machine.folder, 'run'), platform: process.platform })
