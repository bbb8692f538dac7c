import { describe, expect, it } from 'vitest'
import { fileFor } from './files.ts'

const origin = 'https://node.example'
const files = new Set(['/index.html', '/assets/index-1.js', '/icon.svg'])
const asked = (path: string, mode = 'navigate', method = 'GET') => fileFor({ method, mode, url: origin + path }, origin, files)

describe('the file that answers', () => {
  it('is the page for the address of any screen', () => {
    for (const path of ['/', '/c/abc?unit=x', '/search', '/settings/offline', '/import/x', '/help#keys'])
      expect(asked(path), path).toBe('/index.html')
  })

  it('is the built file for what the page loads', () => {
    expect(asked('/assets/index-1.js', 'cors')).toBe('/assets/index-1.js')
    expect(asked('/icon.svg', 'no-cors')).toBe('/icon.svg')
    expect(asked('/assets/gone.js', 'cors')).toBeUndefined()
  })

  it('is none for what is the node’s to say', () => {
    for (const path of ['/api/v1/conversations', '/api/v1/sync', '/.well-known/did.json', '/actor/x/did.json', '/metrics']) {
      expect(asked(path), path).toBeUndefined()
      expect(asked(path, 'cors'), path).toBeUndefined()
    }
    expect(asked('/artifact-live.html')).toBeUndefined()
  })

  it('is none for writing, and for other origins', () => {
    expect(asked('/icon.svg', 'cors', 'POST')).toBeUndefined()
    expect(fileFor({ method: 'GET', mode: 'cors', url: 'https://other.example/icon.svg' }, origin, files)).toBeUndefined()
  })
})
