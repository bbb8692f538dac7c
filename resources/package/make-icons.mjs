// @ts-check
// Draws the app's icons from the page's picture, renderer/public/icon.svg: PNGs for Linux, one .ico for Windows, one
// .icns for macOS. What it writes is committed; run it again when the picture changes. Usage: node make-icons.mjs
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { launchChromium } from '../../tests/kit/chromium.ts'

const root = resolve(import.meta.dirname, '../..')
const folder = join(import.meta.dirname, 'icons')
const picture = readFileSync(join(root, 'renderer/public/icon.svg'), 'utf8')

const browser = await launchChromium()
const page = await browser.newPage()
/**
 * The picture as a PNG with sides of `size` pixels. `margin` is a share of the side: macOS leaves room around icons.
 * @param {number} size
 * @param {number} [margin]
 */
async function draw(size, margin = 0) {
  await page.setViewportSize({ width: size, height: size })
  const inner = size * (1 - 2 * margin)
  const style = `position:absolute;inset:${size * margin}px;width:${inner}px;height:${inner}px`
  await page.setContent(picture.replace('<svg ', `<svg style="${style}" `))
  return await page.screenshot({ omitBackground: true })
}

const sizes = [16, 24, 32, 48, 64, 128, 256, 512, 1024]
for (const size of sizes) writeFileSync(join(folder, `${size}x${size}.png`), await draw(size))
const windows = []
for (const size of sizes.filter((side) => side <= 256)) windows.push({ size, png: await draw(size) })
writeFileSync(join(folder, 'icon.ico'), ico(windows))
const mac = []
const types = { 16: 'icp4', 32: 'icp5', 64: 'icp6', 128: 'ic07', 256: 'ic08', 512: 'ic09', 1024: 'ic10' }
for (const [size, type] of Object.entries(types)) mac.push({ type, png: await draw(Number(size), 0.1) })
writeFileSync(join(folder, 'icon.icns'), icns(mac))
await browser.close()

/**
 * Windows' icon file: a table of pictures, each a PNG.
 * @param {readonly { size: number, png: Buffer }[]} pictures
 */
function ico(pictures) {
  const head = Buffer.alloc(6 + 16 * pictures.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(pictures.length, 4)
  let offset = head.length
  for (const [index, { size, png }] of pictures.entries()) {
    const at = 6 + 16 * index
    // One byte per side, in which 0 says 256.
    head.writeUInt8(size % 256, at)
    head.writeUInt8(size % 256, at + 1)
    head.writeUInt16LE(1, at + 4)
    head.writeUInt16LE(32, at + 6)
    head.writeUInt32LE(png.length, at + 8)
    head.writeUInt32LE(offset, at + 12)
    offset += png.length
  }
  return Buffer.concat([head, ...pictures.map(({ png }) => png)])
}

/**
 * Apple's icon file: blocks of a type, a length and a PNG.
 * @param {readonly { type: string, png: Buffer }[]} pictures
 */
function icns(pictures) {
  const blocks = pictures.map(({ type, png }) => block(type, png))
  return block('icns', Buffer.concat(blocks))
}

/**
 * @param {string} type four letters
 * @param {Buffer} content
 */
function block(type, content) {
  const head = Buffer.alloc(8)
  head.write(type, 'latin1')
  head.writeUInt32BE(8 + content.length, 4)
  return Buffer.concat([head, content])
}
