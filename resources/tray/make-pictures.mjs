// @ts-check
// Draws the tray's pictures from the product's sign, the stroke of renderer/public/icon.svg: one for each state, in white for
// dark panels, in black for light ones, and as a Mac's template. What it writes is committed. Usage: node make-pictures.mjs
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { launchChromium } from '../../tests/kit/chromium.ts'

const folder = import.meta.dirname
const sign = /<path d="([^"]+)"/.exec(readFileSync(join(folder, '../../renderer/public/icon.svg'), 'utf8'))?.[1]
if (!sign) throw new Error('The picture has no stroke.')

/** What stands at the lower right of the sign, in a square of 64; `hole` is cut out of the sign around it. */
const marks = {
  on: '',
  syncing:
    '<path d="M38 47a11 11 0 0 1 19-7m1-6v7h-7M60 49a11 11 0 0 1-19 7m-1 6v-7h7" fill="none" stroke-width="4.5" stroke-linecap="round" stroke-linejoin="round"/>',
  trouble: '<path d="M49 36v12" stroke-width="7" stroke-linecap="round"/><circle cx="49" cy="58" r="4" stroke="none"/>',
  locked:
    '<rect x="38" y="46" width="23" height="16" rx="3" stroke="none"/><path d="M42.500 46v-4.500a7 7 0 0 1 14 0v4.500" fill="none" stroke-width="4.500"/>',
  paused: '<path d="M43 38v22M55 38v22" stroke-width="7" stroke-linecap="round"/>',
}
/** @param {string} mark @param {string} colour */
const drawn = (mark, colour) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">
<mask id="m"><rect width="64" height="64" fill="#fff"/>${mark && '<circle cx="50" cy="50" r="19" fill="#000"/>'}</mask>
<g fill="${colour}" stroke="${colour}"><g mask="url(#m)"><path transform="translate(-23 -20) scale(1.7)" d="${sign}" fill="none" stroke-width="6" stroke-linecap="round" stroke-linejoin="round"/></g>${mark}</g></svg>`

const variants = { light: ['#fff', 32], dark: ['#222', 32], template: ['#000', 36] }
const browser = await launchChromium()
const page = await browser.newPage()
for (const [state, mark] of Object.entries(marks))
  for (const [variant, [colour, size]] of Object.entries(variants)) {
    await page.setViewportSize({ width: Number(size), height: Number(size) })
    await page.setContent(
      `<style>*{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${drawn(mark, String(colour))}`,
    )
    writeFileSync(join(folder, `${state}-${variant}.png`), await page.screenshot({ omitBackground: true }))
  }
await browser.close()
