import { describe, expect, it } from 'vitest'
import { api } from './api/index.ts'
import { catalogue } from './errors.ts'
import { addressOf, type Method } from './method.ts'
import { errorsOf, openApi } from './openapi.ts'
import { openApiPage } from './openapi-page.ts'

// biome-ignore lint/suspicious/noExplicitAny: a document of the standard's own shape.
const document: any = JSON.parse(JSON.stringify(openApi(api, '1.2.3')))

describe('the OpenAPI document', () => {
  it.each(Object.entries<Method>(api))('describes %s', (name, method) => {
    const { verb, path, pathFields, rest } = addressOf(method)
    const operation = document.paths[path][verb.toLowerCase()]
    expect(operation.operationId).toBe(name)
    const places = Object.fromEntries(
      (operation.parameters ?? []).map((parameter: { name: string; in: string }) => [parameter.name, parameter.in]),
    )
    const body = Object.keys(operation.requestBody?.content['application/json']?.schema.properties ?? {})
    for (const field of Object.keys(method.input.shape)) {
      if (pathFields.includes(field)) expect(places[field]).toBe('path')
      else if (rest === 'query') expect(places[field]).toBe('query')
      else expect(body).toContain(field)
    }
    expect(operation.security).toEqual(method.callers === 'open' ? [] : undefined)
    for (const code of errorsOf(method)) expect(operation.responses[catalogue[code].status].description).toContain(`${code}:`)
  })

  it('says what any address may answer, and what bodies may', () => {
    const statuses = (path: string, verb: string) => Object.keys(document.paths[path][verb].responses)
    expect(statuses('/api/v1/conversations', 'get')).toEqual(['200', '400', '401', '403', '405', '421', '429', '500', '503'])
    for (const [path, verb] of [
      ['/api/v1/auth/link', 'post'],
      ['/api/v1/imports', 'post'],
      ['/api/v1/imports/files', 'post'],
      ['/api/v1/conversations/{conversation}', 'patch'],
    ] as const)
      expect(statuses(path, verb), path).toEqual(expect.arrayContaining(['405', '413', '415', '421']))
  })

  it('says who may read what is no method', () => {
    for (const path of ['/healthz', '/readyz', '/api/v1/openapi.json', '/api/v1/docs'])
      expect(document.paths[path].get.security, path).toEqual([])
    const { security, description, responses } = document.paths['/metrics'].get
    expect(security).toEqual([{}, { metricsToken: [] }])
    expect(description).toMatch(/own machine.*metricsToken/)
    expect(Object.keys(responses)).toEqual(['200', '403', '421'])
    expect(Object.keys(document.paths['/readyz'].get.responses)).toContain('503')
  })

  it('holds every schema that it refers to, and no other', () => {
    const text = JSON.stringify(document)
    const used = new Set([...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map((match) => match[1]))
    expect([...used].sort()).toEqual(Object.keys(document.components.schemas).sort())
    expect(text).not.toMatch(/"\$(defs|schema)"/)
  })

  it('has a page for people, without scripts', () => {
    const page = openApiPage(api, '1.2.3')
    for (const name of Object.keys(api)) expect(page).toContain(`id="${name}"`)
    expect(page).not.toMatch(/<script|\son\w+=/)
  })
})
