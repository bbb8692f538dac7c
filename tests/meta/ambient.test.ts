/**
 * Time, chance, the environment and the network come in as ports, so that tests own them: they are named only in
 * adapters, config, bin, the renderer's and the app's entry, and tests.
 */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const owners = [
  /^node-core\/(adapters|bin)\//,
  /^node-core\/config\.ts$/,
  /^renderer\/(main\.tsx|worker\/service-worker\.ts)$/,
  /^main\/main\.ts$/,
  /\.test\.tsx?$/,
]
const sources = globSync('{node-core,main,preload,renderer}/**/*.{ts,tsx}', { cwd: root })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => !owners.some((owner) => owner.test(path)))

const members: Readonly<Record<string, readonly string[]>> = {
  Date: ['now'],
  Math: ['random'],
  process: ['env', 'hrtime', 'uptime'],
  performance: ['now'],
  crypto: ['getRandomValues', 'randomUUID', 'randomBytes'],
  globalThis: ['fetch', 'process'],
}

/** `Date.now() in line 12` for every use of the machine's own time, chance, environment or network. */
function ambientUses(path: string, text: string): string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const uses: string[] = []
  const found = (node: ts.Node, what: string) => {
    uses.push(`${what} in line ${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`)
  }
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
      if (members[node.expression.text]?.includes(node.name.text)) found(node, `${node.expression.text}.${node.name.text}`)
    } else if (ts.isNewExpression(node) && ts.isIdentifier(node.expression)) {
      if (node.expression.text === 'Date' && !node.arguments?.length) found(node, 'new Date()')
    } else if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'fetch') {
      if (!declares(node, 'fetch')) found(node, 'fetch()')
    } else if (ts.isImportSpecifier(node)) {
      const name = (node.propertyName ?? node.name).text
      if (['randomBytes', 'randomUUID', 'randomFillSync', 'webcrypto', 'env'].includes(name)) found(node, `import of ${name}`)
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return uses
}

/** Whether `name` is a parameter of a function around `node`: handed in, then, not the global. */
function declares(node: ts.Node, name: string): boolean {
  for (let outer: ts.Node | undefined = node.parent; outer; outer = outer.parent) {
    if (!ts.isFunctionLike(outer)) continue
    for (const parameter of outer.parameters) if (boundNames(parameter.name).includes(name)) return true
  }
  return false
}

const boundNames = (name: ts.BindingName): string[] =>
  ts.isIdentifier(name)
    ? [name.text]
    : name.elements.flatMap((element) => (ts.isBindingElement(element) ? boundNames(element.name) : []))

describe('time, chance, environment and network', () => {
  it('are seen by this test where they are used', () => {
    const text = [
      'const a = Date.now() + Math.random()',
      'new Date()',
      'process.env["X"]',
      'await fetch("x")',
      'import { randomBytes } from "node:crypto"',
      'new Date(0)',
      'function f(fetch: () => void) { return fetch() }',
      'clock.now()',
    ].join('\n')
    expect(ambientUses('x.ts', text)).toEqual([
      'Date.now in line 1',
      'Math.random in line 1',
      'new Date() in line 2',
      'process.env in line 3',
      'fetch() in line 4',
      'import of randomBytes in line 5',
    ])
  })

  it('are used by their owners only', () => {
    expect(sources.length).toBeGreaterThan(0)
    const uses = sources.flatMap((path) =>
      ambientUses(path, readFileSync(join(root, path), 'utf8')).map((use) => `${path}: ${use}`),
    )
    expect(uses).toEqual([])
  })
})
