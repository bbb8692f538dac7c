/**
 * Live connections (`GET /ws`): messages both ways beside requests and answers. Who asks is known before the connection
 * opens: programs send the access token as “Authorization: Bearer …”, pages, which cannot, offer it as a subprotocol
 * beside the one that they speak. It never stands in the address.
 */
import { z } from 'zod'

export const livePath = '/ws'
/** What is spoken: messages as JSON text with bytes in base64url, or as DAG-CBOR with bytes as bytes. */
export const liveProtocols = { json: 'vivim.v1.json', cbor: 'vivim.v1.cbor' } as const
/** A page offers `[liveProtocols.json, tokenProtocol + accessToken]`; the node chooses the first. */
export const tokenProtocol = 'vivim.token.'
/** Milliseconds between two heartbeats of the node: a ping that must be answered, and a message for pages, which see no pings. */
export const liveHeartbeat = 30_000
/** Bytes of one message to the node, and of one from it. */
export const liveMessageBytes = 4 * 1024 * 1024
/** The code with which a connection is closed is this and the status of the error that its reason names. */
export const liveCloseBase = 4000

/** One message, either way. `id`, where the sender gives one, is said again in what answers it. */
export const liveMessage = z.strictObject({
  type: z
    .string()
    .regex(/^[a-z][a-z-]{0,31}$/)
    .describe('The channel; from the node also “heartbeat” and “error” (a problem document).'),
  id: z.int().min(0).optional(),
  payload: z.unknown(),
})
