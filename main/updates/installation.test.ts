import { expect, it } from 'vitest'
import { type Signs, updatedByOf, updatePlaceOf } from './installation.ts'

const image: Signs = {
  packaged: true,
  platform: 'linux',
  environment: { APPIMAGE: '/home/a/VIVIM.AppImage' },
  store: false,
  keyed: true,
}

it('updates itself only where it can replace itself and knows whose signature counts', () => {
  expect(updatedByOf(image)).toBe('app')
  expect(updatedByOf({ ...image, platform: 'darwin', environment: {} })).toBe('app')
  expect(updatedByOf({ ...image, platform: 'win32', environment: {} })).toBe('app')
  expect(updatedByOf({ ...image, keyed: false })).toBe('keyless')
  expect(updatedByOf({ ...image, packaged: false })).toBe('source')
  // deb, rpm and whatever a distribution makes of it
  expect(updatedByOf({ ...image, environment: {} })).toBe('system')
  for (const name of ['SNAP', 'FLATPAK_ID'])
    expect(updatedByOf({ ...image, environment: { ...image.environment, [name]: 'x' } })).toBe('system')
  expect(updatedByOf({ ...image, platform: 'darwin', store: true })).toBe('system')
  expect(updatedByOf({ ...image, platform: 'win32', environment: { PORTABLE_EXECUTABLE_DIR: 'D:\\' } })).toBe('portable')
})

it('reads from the packed manifest where updates are, over TLS or not at all', () => {
  const updates = { url: 'https://updates.example/', key: 'k' }
  expect(updatePlaceOf(JSON.stringify({ name: 'x', updates }))).toEqual(updates)
  for (const text of [
    '{}',
    '',
    'x',
    JSON.stringify({ updates: { ...updates, url: 'http://updates.example/' } }),
    '{"updates":{"url":"https://a.example/"}}',
  ])
    expect(updatePlaceOf(text)).toBeUndefined()
})
