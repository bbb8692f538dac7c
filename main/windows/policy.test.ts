import { describe, expect, it } from 'vitest'
import { pageHeadersOf } from '../../node-core/contract/page-policy.ts'
import { headersOf, mayAsk, mayNavigate, mayOpenOutside, mediaTypeOf, routeOf } from './policy.ts'

describe('the window’s policy', () => {
  it('lets the window show the app’s own page only', () => {
    expect(mayNavigate('app://vivim/')).toBe(true)
    expect(mayNavigate('app://vivim/conversations/1')).toBe(true)
    for (const url of [
      'app://vivim/api/v1/blobs/x',
      'app://vivim/artifact-live.html',
      'app://vivim/assets/index-B1x.js',
      'app://other/',
      'app://vivim.example/',
      'app://vivim:1/',
      'https://vivim/',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'data:text/html,x',
      'about:blank',
      '',
      'vivim',
    ]) {
      expect(mayNavigate(url), url).toBe(false)
    }
  })

  it('denies every permission that is not listed, to every frame but the page itself', () => {
    expect(mayAsk('clipboard-sanitized-write', 'app://vivim/', true)).toBe(true)
    expect(mayAsk('fullscreen', 'app://vivim/c/1', true)).toBe(true)
    for (const permission of [
      'media',
      'geolocation',
      'notifications',
      'clipboard-read',
      'openExternal',
      'fileSystem',
      'hid',
      'unknown',
    ])
      expect(mayAsk(permission, 'app://vivim/', true), permission).toBe(false)
    expect(mayAsk('fullscreen', 'app://vivim/artifact-live.html', false)).toBe(false)
    for (const url of ['https://example.org/', 'null/', '', 'app://other/'])
      expect(mayAsk('fullscreen', url, true), url).toBe(false)
  })

  it('opens only web and mail addresses outside (case 21)', () => {
    for (const url of ['https://example.org/a?b#c', 'http://example.org', 'mailto:a@example.org'])
      expect(mayOpenOutside(url), url).toBe(true)
    for (const url of [
      'file:///bin/sh',
      'smb://host/share',
      'ms-msdt:/id',
      'javascript:alert(1)',
      'vbscript:x',
      'app://vivim/',
      'ssh://host',
      'data:,x',
      'https://user:password@example.org',
      'C:\\Windows\\system32\\calc.exe',
      '-x',
      '',
    ]) {
      expect(mayOpenOutside(url), url).toBe(false)
    }
  })

  it('sends api requests to the node and everything else to the page’s folder', () => {
    expect(routeOf('app://vivim/')).toEqual({ to: 'page', path: 'index.html' })
    expect(routeOf('app://vivim/c/01J9?unit=2')).toEqual({ to: 'page', path: 'index.html' })
    expect(routeOf('app://vivim/assets/index-B1x.js?v=1')).toEqual({ to: 'page', path: 'assets/index-B1x.js' })
    expect(routeOf('app://vivim/api/v1/account?x=1')).toEqual({ to: 'node', target: '/api/v1/account?x=1' })
    expect(routeOf('app://vivim/api/../assets/a.js')).toEqual({ to: 'page', path: 'assets/a.js' })
  })

  it('answers names that could lead out of the folder with nothing', () => {
    for (const path of [
      '..%2f..%2fetc/passwd',
      '%2e%2e/secret%00.js',
      '.env',
      'a//b',
      'a\\..\\b.js',
      'assets/.hidden',
      'a/%2e%2e%2fb',
      'é.js',
    ]) {
      expect(routeOf(`app://vivim/${path}`), path).not.toMatchObject({ path: expect.stringMatching(/\.\.|\0|\\|^\.|\/\./) })
    }
    expect(routeOf('app://elsewhere/index.html')).toEqual({ to: 'nowhere' })
    expect(routeOf('app://vivim/..%2fmain%2fmain.js')).toEqual({ to: 'nowhere' })
  })

  it('forbids inline scripts, evaluation and foreign connections', () => {
    for (const path of ['index.html', 'assets/index-B1x.js', 'artifact-other.html']) {
      const policy = headersOf(path)['content-security-policy']
      expect(policy).toContain("default-src 'none'")
      expect(policy).not.toMatch(/unsafe|https?:|\*/)
    }
  })

  it('serves artifacts as the node’s own door does: apart, and without a network', () => {
    for (const path of ['artifact-still.html', 'artifact-live.html']) {
      const headers = headersOf(path)
      expect(headers['content-security-policy']).toMatch(/^sandbox allow-scripts; default-src 'none'/)
      expect(headers['content-security-policy']).toContain("frame-ancestors 'self'")
      expect(headers['connection-allowlist']).toBe('()')
      expect(headers).toMatchObject(pageHeadersOf(`/${path}`))
    }
    expect(headersOf('artifact-still.html')['content-security-policy']).not.toMatch(/script-src[^;]*unsafe/)
  })

  it('knows the media types of the page’s files and no others', () => {
    expect(mediaTypeOf('index.html')).toMatch(/^text\/html/)
    expect(mediaTypeOf('assets/a.map')).toBeUndefined()
    expect(mediaTypeOf('noextension')).toBeUndefined()
  })
})
