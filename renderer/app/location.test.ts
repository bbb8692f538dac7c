import { expect, it } from 'vitest'
import { browserName, takeSecret } from './location.ts'

/** A page's address and history, as much as is needed here. */
function addressBar(url: string) {
  const bar = { url: new URL(url), entries: 1 }
  const replaceState = (_: unknown, __: string, target?: string | URL | null) => {
    bar.url = new URL(target ?? '', bar.url)
  }
  return { bar, history: { state: null, replaceState }, location: bar.url }
}

it('takes the secret out of the address at once, whatever it looks like', () => {
  for (const secret of ['s'.repeat(43), 'cut', '']) {
    const { bar, history, location } = addressBar(`http://127.0.0.1:4747/?x=1#link=${secret}`)
    expect(takeSecret(location, history)).toEqual({ link: secret })
    expect(bar.url.href).toBe('http://127.0.0.1:4747/?x=1')
    const pairing = addressBar(`https://node.local:4747/#pair=${secret}`)
    expect(takeSecret(pairing.location, pairing.history)).toEqual({ pair: secret })
    expect(pairing.bar.url.href).toBe('https://node.local:4747/')
  }
})

it('leaves other addresses alone', () => {
  const { bar, history, location } = addressBar('http://127.0.0.1:4747/#chapter')
  expect(takeSecret(location, history)).toBeUndefined()
  expect(bar.url.hash).toBe('#chapter')
})

it('names the browser for the list of sessions', () => {
  const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36'
  expect(browserName(chrome)).toBe('Chrome on Linux')
  expect(browserName(`${chrome.replace('X11; Linux x86_64', 'Windows NT 10.0')} Edg/150.0`)).toBe('Edge on Windows')
  expect(browserName('Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1')).toBe(
    'Safari on iPhone',
  )
  expect(browserName('')).toBe('Browser on an unknown system')
})
