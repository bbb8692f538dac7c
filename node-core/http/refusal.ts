/** What addresses answer that are no method's. */
import type { FastifyRequest } from 'fastify'
import { VivimError } from '../contract/errors.ts'
import { addressOf, type Method } from '../contract/method.ts'

/** Throws `unauthenticated` for whoever has no session, else `not-found`, or `method-not-allowed` where only the verb is wrong. */
export function refusal(methods: Readonly<Record<string, Method>>, prove: (request: FastifyRequest) => void | Promise<void>) {
  const addresses = Object.values(methods).map((method) => {
    const { path, verb } = addressOf(method)
    return { method, verb, pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`) }
  })
  return async (request: FastifyRequest): Promise<never> => {
    const path = request.url.replace(/[?#].*$/s, '')
    const here = addresses.filter(({ pattern }) => pattern.test(path))
    if (here.every(({ method }) => method.callers !== 'open')) {
      await prove(request)
      if (request.caller.kind === 'open') throw new VivimError('unauthenticated')
    }
    if (here.length === 0) throw new VivimError('not-found')
    throw new VivimError('method-not-allowed', `It takes ${here.map(({ verb }) => verb).join(', ')}.`)
  }
}
