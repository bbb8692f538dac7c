/** Exports whose every text, title and name tries to run something or to reach somewhere. */
import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { openPath } from './exports.ts'
import { type ExportFormat, exportFormats, writeExport } from './written-exports.ts'
import { zipOf } from './zip.ts'

/** What every attempt calls; no page has a reason to. */
const call = 'alert(27)'

/** One line, for titles, names, labels and tags. */
export const hostileLine = (world: string): string =>
  `<img src=${world}/t onerror=${call}> "><script>${call}</script> [x](javascript:${call}) \u202e&lt;svg onload=${call}&gt;`

/** Everything that Markdown and its readers were ever made to run by. */
export const hostileText = (world: string): string => `
<script>${call}</script>
<img src=x onerror=${call}> <svg onload=${call}><set attributeName=href to=javascript:${call}></svg> <iframe srcdoc="<script>${call}</script>"></iframe>

[a](javascript:${call}) [b](JaVaScRiPt:${call}) [c](data:text/html,<script>${call}</script>) [d](vbscript:${call}) [e](java&#10;script:${call}) [f](&#106;avascript:${call})
[g](<javascript:${call}>) [h]( javascript:${call} "t") [i][evil] [j](//${world.replace(/^\w+:\/\//, '')}/x) <javascript:${call}> <data:text/html,${call}> www.example.org/"onmouseover="${call}
[k](https://example.org/"onmouseover="${call}) [l](mailto:a@example.org?"onclick="${call}) [m](blob:${world}/1) [n](file:///etc/passwd) [o][^n]

[evil]: javascript:${call}
[^n]: <script>${call}</script> [x](javascript:${call})

![p](${world}/i.png) ![q](javascript:${call}) ![r"onerror="${call}](${world}/i.svg) [![s](${world}/i.png)](javascript:${call})

<!-- --><script>${call}</script> --> <!--><img src=x onerror=${call}>-->
<math><mtext><table><mglyph><style><!--</style><img title="--><img src=x onerror=${call}>"></table></mtext></math>
&lt;script&gt;${call}&lt;/script&gt; {{constructor.constructor('${call}')()}} \${${call}} <style>@import '${world}/s.css'</style> <link rel=stylesheet href=${world}/l.css> <base href=${world}>

$\\href{javascript:${call}}{x}$ $\\url{javascript:${call}}$ $\\includegraphics{${world}/k.png}$ $\\htmlStyle{background:url(${world}/h)}{x}$ $\\htmlData{onclick=${call}}{x}$ \\(\\href{javascript:${call}}{y}\\) $<img src=x onerror=${call}>$

$$
\\href{javascript:${call}}{z} \\text{<img src=x onerror=${call}>} \\def\\a{\\a\\a}\\a
$$

| <img src=x onerror=${call}> | [x](javascript:${call}) |
|---|---|
| <script>${call}</script> | ![t](${world}/t.png) |

\`\`\`"><img/src=x/onerror=${call}>
</code></pre><script>${call}</script>
\`\`\`

\`\`\`html
<script>${call}</script>
\`\`\`

- [x] <img src=x onerror=${call}>
  > <script>${call}</script>

# <svg/onload=${call}> [h](javascript:${call})
`

/** Fields that hold one line. */
const lines = new Set(['title', 'name', 'file_name', 'filename', 'display_name', 'language', 'author', 'model', 'label'])
/** What formats are known by; changed, nothing would be read. */
const kept = /^(?:artifacts|user|assistant|human|system|tool|model|text|function)$/

function poisoned(value: unknown, world: string, key = ''): unknown {
  if (typeof value === 'string') {
    if (lines.has(key)) return kept.test(value) ? value : `${value} ${hostileLine(world)}`
    return /\p{L} \p{L}/u.test(value) ? `${value}\n\n${hostileText(world)}` : value
  }
  if (Array.isArray(value)) return value.map((one) => poisoned(one, world, key === 'parts' ? '' : key))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, poisoned(one, world, name)]))
}

function poisonedFile(path: string, bytes: Uint8Array, world: string): Uint8Array | string {
  const text = () => Buffer.from(bytes).toString()
  const json = (one: string) => JSON.stringify(poisoned(JSON.parse(one), world))
  if (path.endsWith('.json')) return json(text())
  if (path.endsWith('.jsonl'))
    return text()
      .split('\n')
      .map((line) => (line.trim() ? json(line) : line))
      .join('\n')
  if (path.endsWith('.csv'))
    return text().replace(
      /"((?:[^"]|"")* (?:[^"]|"")*)"/g,
      (_, cell) => `"${cell}\n\n${hostileText(world).replaceAll('"', '""')}"`,
    )
  if (path.endsWith('.html'))
    return text().replace(/>([^<>]*\p{L} \p{L}[^<>]*)</gu, (_, words) => {
      const escaped = hostileText(world).replaceAll('&', '&amp;').replaceAll('<', '&lt;')
      return `>${words} ${escaped} ${hostileText(world).replaceAll('<', ' <')}<`
    })
  return bytes
}

/** Formats whose files this rewrites; those left out hold the same files in other archives. */
export const hostileFormats = (Object.keys(exportFormats) as ExportFormat[]).filter(
  (format) => !['chatgpt-nested', 'chatgpt-sharded', 'chatgpt-json', 'claude-parts'].includes(format),
)

/** Writes an export of `format` that the generator made, with the attempts added to all that people could read of it. */
export async function writeHostileExport(folder: string, format: ExportFormat, world: string): Promise<string> {
  const { path } = writeExport(folder, format, { seed: 27, conversations: 2 })
  const target = join(folder, `hostile-${basename(path)}`)
  if (exportFormats[format] !== 'zip') writeFileSync(target, poisonedFile(path, readFileSync(path), world))
  else {
    const files: Record<string, unknown> = {}
    for (const file of await openPath(path, '')) files[file.path] = poisonedFile(file.path, await file.bytes(2 ** 30), world)
    writeFileSync(target, await zipOf(files))
  }
  return target
}
