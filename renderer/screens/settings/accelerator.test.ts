import { expect, it } from 'vitest'
import { acceleratorOf } from './accelerator.ts'

const press = (code: string, ...held: ('ctrl' | 'alt' | 'shift' | 'meta')[]) => ({
  code,
  ctrlKey: held.includes('ctrl'),
  altKey: held.includes('alt'),
  shiftKey: held.includes('shift'),
  metaKey: held.includes('meta'),
})

it('names keys that are held, and the one that is pressed by its place', () => {
  expect(acceleratorOf(press('KeyV', 'ctrl', 'shift'), false)).toBe('Control+Shift+V')
  expect(acceleratorOf(press('Space', 'alt', 'meta'), true)).toBe('Alt+Command+Space')
  expect(acceleratorOf(press('ArrowUp', 'meta'), false)).toBe('Super+Up')
  expect(acceleratorOf(press('F12', 'alt'), false)).toBe('Alt+F12')
  expect(acceleratorOf(press('Digit3', 'ctrl'), false)).toBe('Control+3')
})

it('takes nothing that people type, and no key alone', () => {
  for (const one of [press('KeyV'), press('KeyV', 'shift'), press('F5'), press('ControlLeft', 'ctrl'), press('Enter', 'ctrl')])
    expect(acceleratorOf(one, false)).toBeUndefined()
})
