import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { artifactScript, checkScript, pageHeadersOf, pagePolicy } from './page-policy.ts'

const scriptIn = (name: string): string => {
  const page = readFileSync(fileURLToPath(new URL(`../../renderer/public/${name}`, import.meta.url)), 'utf8')
  const scripts = [...page.matchAll(/<script>(.*?)<\/script>/gs)]
  expect(scripts).toHaveLength(1)
  return `sha256-${createHash('sha256')
    .update(scripts[0]?.[1] ?? '')
    .digest('base64')}`
}

it('lets the frames’ own scripts run, and no other', () => {
  expect(scriptIn('artifact-still.html')).toBe(artifactScript)
  expect(scriptIn('artifact-live.html')).toBe(artifactScript)
  expect(scriptIn('artifact-check.html')).toBe(checkScript)
  expect(pageHeadersOf('/artifact-still.html')['content-security-policy']).toContain(`script-src '${artifactScript}';`)
})

it('is the page’s own for every other file, whatever its name', () => {
  for (const path of ['/index.html', '/assets/a.js', '/artifact-live.html/', '/__proto__', '/constructor', '/toString'])
    expect(pageHeadersOf(path)['content-security-policy']).toBe(pagePolicy)
})
