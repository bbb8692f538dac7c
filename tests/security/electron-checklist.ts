/**
 * Electron's own security checklist (electronjs.org/docs/latest/tutorial/security) as questions about texts: the same are
 * asked of the sources and of what is built of them. Each answers what is wrong, and knows a change that it has to notice.
 */
import ts from 'typescript'

/** Files by their path. */
export type Texts = Readonly<Record<string, string>>
export interface Point {
  readonly number: number
  readonly name: string
  readonly wrong: (texts: Texts) => string[]
  /** Takes the defence away; each of these has to be noticed. */
  readonly without: readonly ((text: string) => string)[]
}

interface Asked {
  readonly node: ts.Node
  readonly text: () => string
}
/** A piece of a text as nodes, parsed once: most changes are of one piece. */
const parsed = new Map<string, readonly Asked[]>()
function nodesIn(source: string): readonly Asked[] {
  const known = parsed.get(source)
  if (known) return known
  const file = ts.createSourceFile('asked.ts', source, ts.ScriptTarget.Latest, true)
  const found: Asked[] = []
  const visit = (node: ts.Node): void => {
    found.push({ node, text: () => node.getText(file) })
    ts.forEachChild(node, visit)
  }
  visit(file)
  parsed.set(source, found)
  return found
}
/** Nodes of a kind; only statements that hold `name` are parsed at all: a bundle is mostly others' code. */
const nodesOf = <N extends ts.Node>(
  texts: Texts,
  name: string,
  is: (node: ts.Node) => node is N,
): { path: string; node: N; readonly text: string }[] =>
  Object.entries(texts)
    .filter(([path]) => /\.[cm]?[jt]sx?$/.test(path))
    .flatMap(([path, source]) =>
      source
        .split(/^(?=[A-Za-z])/m)
        .filter((piece) => piece.includes(name))
        .flatMap((piece) => nodesIn(piece).flatMap(({ node, text }) => (is(node) ? [{ path, node, text: text() }] : []))),
    )
const callsOf = (texts: Texts, name: string) =>
  nodesOf(texts, name, ts.isCallExpression).filter(({ node: { expression } }) =>
    ts.isPropertyAccessExpression(expression)
      ? expression.name.text === name
      : ts.isIdentifier(expression) && expression.text === name,
  )
/** Every `webPreferences: {…}`, as names and texts. */
const preferencesIn = (texts: Texts) =>
  nodesOf(texts, 'webPreferences', ts.isPropertyAssignment)
    .filter(({ node }) => node.name.getText() === 'webPreferences')
    .map(({ path, node }) => {
      const inside = ts.isObjectLiteralExpression(node.initializer) ? node.initializer.properties : []
      const known = inside.map((one) => [
        one.name?.getText() ?? '…',
        ts.isPropertyAssignment(one) ? one.initializer.getText() : '',
      ])
      return { path, known: new Map(known as [string, string][]) }
    })
const windowsOf = (texts: Texts) =>
  ['BrowserWindow', 'BrowserView', 'WebContentsView'].flatMap((name) =>
    nodesOf(texts, name, ts.isNewExpression).filter(({ node }) => node.expression.getText() === name),
  )
/** Each window says each of these itself: what is left out is Electron's to decide. */
const says = (name: string, value: string) => (texts: Texts) => {
  const all = preferencesIn(texts)
  const missing = windowsOf(texts).length - all.length
  return [
    ...(missing === 0 && all.length > 0 ? [] : [`${missing} windows without webPreferences of their own`]),
    ...all.filter(({ known }) => known.get(name) !== value).map(({ path }) => `${path}: ${name} is not ${value}`),
  ]
}
const never = (pattern: RegExp) => (texts: Texts) =>
  Object.entries(texts).flatMap(([path, text]) => (pattern.test(text) ? [`${path}: ${pattern.source}`] : []))
const must = (pattern: RegExp, what: string) => (texts: Texts) =>
  Object.values(texts).some((text) => pattern.test(text)) ? [] : [what]
const together =
  (...questions: readonly ((texts: Texts) => string[])[]) =>
  (texts: Texts) =>
    questions.flatMap((ask) => ask(texts))
const swap = (from: string | RegExp, to: string) => (text: string) => text.replace(from, to)

/** An event whose listener prevents what it is told of; `when`: on that condition alone. */
const prevents = (event: string, when: string) => (texts: Texts) =>
  callsOf(texts, 'on').some(({ node }) => {
    const [name, listener] = node.arguments
    return (
      name?.getText().slice(1, -1) === event &&
      new RegExp(`${when}event\\.preventDefault\\(\\)`).test(listener?.getText().replaceAll(/\s+/g, '') ?? '')
    )
  })
    ? []
    : [`“${event}” is not prevented`]

export const points: readonly Point[] = [
  {
    number: 1,
    name: 'only the app’s own page is loaded',
    wrong: together(
      (texts) =>
        callsOf(texts, 'loadURL').flatMap(({ path, node }) =>
          /^(pageOrigin( \+ path)?|`\$\{pageOrigin\}[^$]*`)$/.test(node.arguments[0]?.getText() ?? '')
            ? []
            : [`${path}: ${node.getText()}`],
        ),
      never(/\.loadFile\(/),
      must(/pageOrigin = `(\$\{scheme\}|app):\/\/vivim`/, 'the page’s origin is another'),
    ),
    without: [
      swap(/loadURL\(pageOrigin/, 'loadURL("http://example.org/" + pageOrigin'),
      swap(/(pageOrigin = `)(\$\{scheme\}|app)/, '$1http'),
    ],
  },
  {
    number: 2,
    name: 'pages have no Node',
    wrong: together(says('nodeIntegration', 'false'), never(/nodeIntegrationIn(Worker|SubFrames)/)),
    without: [swap('nodeIntegration: false', 'nodeIntegration: true'), swap(/nodeIntegration: false,?/, '')],
  },
  {
    number: 3,
    name: 'the preload’s world is apart',
    wrong: says('contextIsolation', 'true'),
    without: [swap('contextIsolation: true', 'contextIsolation: false'), swap(/contextIsolation: true,?/, '')],
  },
  {
    number: 4,
    name: 'every page is in the sandbox',
    wrong: together(
      says('sandbox', 'true'),
      (texts) => (callsOf(texts, 'enableSandbox').length > 0 ? [] : ['app.enableSandbox() is missing']),
      never(/['"`]-{0,2}no-sandbox/),
    ),
    without: [
      swap('sandbox: true', 'sandbox: false'),
      swap('app.enableSandbox()', ''),
      swap('app.enableSandbox()', 'app.enableSandbox(); app.commandLine.appendSwitch("no-sandbox")'),
    ],
  },
  {
    number: 5,
    name: 'permissions are decided, and denied unless listed',
    wrong: together(
      (texts) => {
        // The updater's own fetches with one, and shows no page.
        const shown = callsOf(texts, 'fromPartition').filter(({ text }) => !text.includes('NET_SESSION_NAME'))
        const sessions = shown.length + callsOf(texts, 'fromPath').length
        const guarded = callsOf(texts, 'guardSession').length
        return sessions > 0 && sessions <= guarded ? [] : [`${sessions} sessions, of which ${guarded} are guarded`]
      },
      (texts) =>
        ['setPermissionRequestHandler', 'setPermissionCheckHandler', 'setDevicePermissionHandler'].filter(
          (name) => callsOf(texts, name).length !== 1,
        ),
      must(/setPermissionRequestHandler\([\s\S]{0,120}answer\(mayAsk\(/, 'requests are answered by another rule'),
      must(/setPermissionCheckHandler\([\s\S]{0,80}mayAsk\(/, 'checks are answered by another rule'),
      must(/setDevicePermissionHandler\(\(\) => false\)/, 'devices are let in'),
      must(
        /listed(: readonly string\[\])? = \[\s*['"]clipboard-sanitized-write['"],\s*['"]fullscreen['"]\s*\]/,
        'the list is another',
      ),
    ),
    without: [
      swap(/\bguardSession\(memory\);?/, ''),
      swap(/answer\(mayAsk\([^)]*\)\)/, 'answer(true)'),
      swap(/['"]fullscreen['"]/, '"fullscreen", "media"'),
    ],
  },
  {
    number: 6,
    name: 'the web’s own rules hold',
    wrong: never(/\bwebSecurity\b|disable-web-security/),
    without: [swap('sandbox: true', 'sandbox: true, webSecurity: false')],
  },
  {
    number: 7,
    name: 'a content policy without inline scripts and styles',
    wrong: together(
      must(/["']default-src 'none'["']/, 'nothing is denied by default'),
      must(/["']script-src 'self'["']/, 'scripts come from elsewhere'),
      must(/["']style-src 'self'["']/, 'styles come from elsewhere'),
      must(/\.\.\.pageHeadersOf\(/, 'files of the page come without the policy'),
      (texts) =>
        Object.entries(texts).flatMap(([path, text]) =>
          path.endsWith('index.html') &&
          (/<script(?![^>]*\ssrc=)[^>]*>|<style|\son\w+=|\sstyle=|javascript:|https?:\/\//i.test(text) || !/<html/.test(text))
            ? [`${path}: something inline or from outside`]
            : [],
        ),
    ),
    without: [
      swap(/"script-src 'self'"/, `"script-src 'self' 'unsafe-inline'"`),
      swap(/\.\.\.pageHeadersOf\([^)]*\),?/, ''),
      swap('</body>', '<script>alert(1)</script></body>'),
      swap('<body', '<body onload="x()"'),
    ],
  },
  {
    number: 8,
    name: 'no insecure content',
    wrong: never(/allowRunningInsecureContent|allow-running-insecure-content/),
    without: [swap('sandbox: true', 'sandbox: true, allowRunningInsecureContent: true')],
  },
  {
    number: 9,
    name: 'no experimental features',
    wrong: never(/\bexperimentalFeatures\b|enable-experimental-web-platform-features/),
    without: [swap('sandbox: true', 'sandbox: true, experimentalFeatures: true')],
  },
  {
    number: 10,
    name: 'no features of Blink switched on',
    wrong: never(/\benableBlinkFeatures\b|enable-blink-features/),
    without: [swap('sandbox: true', 'sandbox: true, enableBlinkFeatures: "X"')],
  },
  {
    number: 11,
    name: 'no page holds another by a webview',
    wrong: together(says('webviewTag', 'false'), never(/<webview\b|allowpopups/)),
    without: [swap('webviewTag: false', 'webviewTag: true'), swap('<body', '<webview allowpopups></webview><body')],
  },
  {
    number: 12,
    name: 'a webview that came all the same is not attached',
    wrong: prevents('will-attach-webview', '^\\(event\\)=>'),
    without: [swap('will-attach-webview', 'did-attach-webview')],
  },
  {
    number: 13,
    name: 'pages stay where they are',
    wrong: together(
      prevents('will-navigate', 'if\\(!mayNavigate\\(event\\.url\\)\\)'),
      prevents('will-redirect', 'if\\(!mayNavigate\\(event\\.url\\)\\)'),
      (texts) => (callsOf(texts, 'guardContents').length > 0 ? [] : ['nobody guards pages']),
    ),
    without: [
      swap('will-navigate', 'did-navigate'),
      swap('will-redirect', 'did-redirect'),
      swap(/^guardContents\(\);?/m, ''),
      swap('!mayNavigate(event.url)', 'mayNavigate(event.url)'),
    ],
  },
  {
    number: 14,
    name: 'pages open no windows',
    wrong: together(
      (texts) => (callsOf(texts, 'setWindowOpenHandler').length === 1 ? [] : ['one rule for new windows is wanted']),
      (texts) =>
        callsOf(texts, 'setWindowOpenHandler').flatMap(({ path, text }) =>
          (text.match(/action: *["']/g) ?? []).length > 0 && !/action: *["'](?!deny)/.test(text)
            ? []
            : [`${path}: windows are opened`],
        ),
    ),
    without: [swap(/action: *["']deny["']/, 'action: "allow"'), swap('setWindowOpenHandler', 'setOtherHandler')],
  },
  {
    number: 15,
    name: 'only web and mail addresses leave through the shell (case 21)',
    wrong: together(
      (texts) => (callsOf(texts, 'openExternal').length === 1 ? [] : ['addresses leave at another place']),
      must(/if \(mayOpenOutside\(url\)\)\s*(void )?shell\.openExternal\(url\)/, 'addresses leave unseen'),
      must(
        /protocol === ["']https:["'] \|\| target\.protocol === ["']http:["'] \|\| target\.protocol === ["']mailto:["'];?$/m,
        'the list is another',
      ),
    ),
    without: [
      swap(/if \(mayOpenOutside\(url\)\)/, ''),
      swap('shell.openExternal(url)', 'shell.openExternal(url); shell.openExternal(other)'),
      swap(/["']mailto:["']/, '"mailto:" || target.protocol === "smb:"'),
    ],
  },
  {
    number: 17,
    name: 'every message is looked at: who sent it, and what it says (case 22)',
    wrong: together(
      (texts) => {
        const all = nodesOf(texts, 'ipcMain', ts.isPropertyAccessExpression).filter(({ text }) => /^ipcMain\.\w+$/.test(text))
        return all.length === 1 && all[0]?.text === 'ipcMain.handle' ? [] : [`pages are heard at ${all.length} doors`]
      },
      must(
        /ipcMain\.handle\(shellChannels\.call, \(event, name[^)]*\) =>\s*answerShell\(handlers, event, name, input\)\)/,
        'the door is another',
      ),
      must(/if \(!isPage\(from\)\)\s*throw new VivimError\(["']forbidden["']\)/, 'the sender is not looked at'),
      must(
        /senderFrame !== null && senderFrame\.parent === null && mayNavigate\(senderFrame\.url\)/,
        'senders are told apart by another rule',
      ),
      must(
        /safeParse\(input\);?\s*if \(!parsed\.success\)\s*throw new VivimError\(["']bad-request["']\)/,
        'what is said is not parsed',
      ),
      never(/\bipcRenderer\.(sendSync|postMessage|sendToHost)\b|contents\.ipc\b/),
    ),
    without: [
      swap('!isPage(from)', 'false'),
      swap('senderFrame.parent === null && ', ''),
      swap('!parsed.success', 'false'),
      swap('ipcMain.handle(shellChannels.call', 'ipcMain.on("x", y); ipcMain.handle(shellChannels.call'),
    ],
  },
  {
    number: 18,
    name: 'the page comes by a scheme of the app’s own, which has no more rights than it needs',
    wrong: together(
      (texts) =>
        callsOf(texts, 'registerSchemesAsPrivileged').some(
          ({ text }) =>
            !/bypassCSP|allowServiceWorkers|corsEnabled|codeCache/.test(text) &&
            /standard: true/.test(text) &&
            /secure: true/.test(text),
        )
          ? []
          : ['the scheme has other rights'],
      never(/["'`]file:\/\/|registerFileProtocol|interceptFileProtocol/),
      (texts) =>
        callsOf(texts, 'handle').some(({ node }) => /^(scheme|["']app["'])$/.test(node.arguments[0]?.getText() ?? ''))
          ? []
          : ['the scheme is not handled'],
    ),
    without: [swap('standard: true', 'standard: true, bypassCSP: true'), swap(/pageOrigin = `/, 'pageOrigin = `file://')],
  },
  {
    number: 20,
    name: 'the page gets a few functions, and nothing of Electron’s',
    wrong: together(
      (texts) => {
        const [exposed, ...others] = callsOf(texts, 'exposeInMainWorld')
        const inside = exposed
          ? nodesOf({ 'exposed.ts': exposed.text }, 'freeze', ts.isCallExpression).find(({ text }) =>
              text.startsWith('Object.freeze'),
            )
          : undefined
        const [object] = inside?.node.arguments ?? []
        const names = object && ts.isObjectLiteralExpression(object) ? object.properties.map((one) => one.name?.getText()) : []
        return others.length === 0 && names.join() === 'platform,version,call,openFiles,on' ? [] : [`exposed: ${names.join()}`]
      },
      (texts) =>
        nodesOf(texts, 'ipcRenderer', ts.isIdentifier)
          .filter(
            ({ path, node }) =>
              /preload/.test(path) &&
              /(^|\.)ipcRenderer$/.test(node.text) &&
              !/import|require/.test(node.parent.getText().slice(0, 8)),
          )
          .flatMap(({ path, node }) => {
            const used =
              ts.isPropertyAccessExpression(node.parent) && node.parent.name === node ? node.parent.parent : node.parent
            return ts.isPropertyAccessExpression(used) || ts.isImportSpecifier(used) ? [] : [`${path}: ${used.getText()}`]
          }),
      must(/hear = \(_(: \w+)?, event(: unknown)?\)(: void)? => listener\(event\)/, 'the page gets the event of Electron’s'),
      must(/filter\(\(name\) => name !== pathMethod\)/, 'the page may name paths'),
    ),
    without: [
      swap(/platform: process\.platform,/, 'platform: process.platform, ipc: ipcRenderer,'),
      swap(/listener\(event\)/, 'listener(_, event)'),
      swap(/\.filter\(\(name\) => name !== pathMethod\)/, ''),
    ],
  },
]
