import { describe, expect, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import { catalogue } from '../errors.ts'
import type { ConversationId, Did } from '../ids.ts'
import { addressOf, type Call, type Handler, type Input, type Method } from '../method.ts'
import { type Api, api } from './index.ts'

const methods: [string, Method][] = Object.entries(api)

describe('the list of methods', () => {
  it.each(methods)('%s is named, placed and guarded', (name, method) => {
    expect(name).toMatch(/^[a-z]+\.[a-z]+(-[a-z]+)*$/)
    expect(method.summary).toMatch(/\.$/)
    const { path, pathFields } = addressOf(method)
    expect(path).toMatch(/^\/api\/v1(\/[a-z-]+|\/\{[a-z]+\})+$/)
    for (const field of pathFields) expect(Object.keys(method.input.shape)).toContain(field)
    for (const code of method.errors) expect(Object.keys(catalogue)).toContain(code)
    // Deny by default: whoever may call without a capability is named here.
    if (!method.capability) expect(method.callers !== 'session' || name === 'auth.end').toBe(true)
    if (method.callers === 'open') expect(name).toMatch(/^auth\.|^pairings\.(claim|progress)$/)
    // Nothing unknown passes the door.
    expect(z.toJSONSchema(method.input, { io: 'input' })).toMatchObject({ additionalProperties: false })
  })

  it('gives no address twice', () => {
    const addresses = methods.map(([, method]) => method.http.replaceAll(/\{\w+\}/g, '{}'))
    expect(new Set(addresses).size).toBe(addresses.length)
  })

  it('pages by cursor, at most 200 entries (trees 5,000, outlines 2,000) at a time', () => {
    for (const [name, method] of methods) {
      if (!('limit' in method.input.shape)) continue
      expect(Object.keys(method.input.shape), name).toContain('cursor')
      const limit = method.input.shape.limit as z.ZodType
      const most = { 'conversations.tree': 5000, 'conversations.outline': 2000 }[name] ?? 200
      expect(limit.safeParse(most + 1).success, name).toBe(false)
    }
  })

  it('types handlers by their method', () => {
    expectTypeOf<Input<Api['conversations.get']>>().toEqualTypeOf<{ conversation: ConversationId }>()
    expectTypeOf<Call<Api['conversations.get']>['account']>().toEqualTypeOf<Did>()
    expectTypeOf<Call<Api['accounts.list']>>().not.toHaveProperty('account')
    expectTypeOf<Call<Api['imports.upload']>>().toHaveProperty('body')
    expectTypeOf<ReturnType<Handler<Api['auth.end']>>>().resolves.toExtend<object>()
  })
})
