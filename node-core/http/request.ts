/** What the door keeps of each request beside Fastify's own. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Caller } from '../dispatch.ts'
import type { Meter } from './metrics.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; `open` until proved otherwise. */
    caller: Caller
    /** Aborted when the session that asks ends; null for others. */
    sessionEnded: AbortSignal | null
    /** Counts it; set by its route. */
    meter: Meter | null
    /** The method's name, for logs. */
    methodName: string
    /** The name that the browser asked for, in lower case; it was checked to be one of the node's. */
    hostName: string
  }
}

/** The call's signal is made only where a handler asks for it: most answers are there before anyone could go away. */
export class RequestCircumstances {
  readonly #request: FastifyRequest
  readonly #reply: FastifyReply
  readonly #stopping: AbortSignal
  #signal: AbortSignal | undefined
  constructor(request: FastifyRequest, reply: FastifyReply, stopping: AbortSignal) {
    this.#request = request
    this.#reply = reply
    this.#stopping = stopping
  }

  get signal(): AbortSignal {
    this.#signal ??= this.#make()
    return this.#signal
  }

  #make(): AbortSignal {
    const gone = new AbortController()
    const answer = this.#reply.raw
    answer.once('close', () => {
      if (!answer.writableFinished) gone.abort()
    })
    if (answer.destroyed) gone.abort()
    const ended = this.#request.sessionEnded
    return AbortSignal.any(ended ? [gone.signal, ended, this.#stopping] : [gone.signal, this.#stopping])
  }
}
