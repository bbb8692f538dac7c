/** A small app that uses what the stand-in for Electron has, for the stand-in's own test. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  app,
  BrowserWindow,
  dialog,
  globalShortcut,
  ipcMain,
  Menu,
  Notification,
  protocol,
  session,
  shell,
  Tray,
  utilityProcess,
} from 'electron'

const folder = app.getPath('userData')
const preload = join(folder, 'preload.cjs')
writeFileSync(
  preload,
  `const { contextBridge, ipcRenderer, webUtils } = require('electron')
   contextBridge.exposeInMainWorld('trial', {
     marks: process.argv.filter((one) => one.startsWith('--trial-')),
     sandboxed: process.sandboxed,
     ask: (...args) => ipcRenderer.invoke('ask', ...args),
     say: (text) => ipcRenderer.send('say', text),
     twice: (callback, value) => callback(callback(value)),
     later: async (value) => ({ value, when: new Date(5) }),
     fail: () => { throw new RangeError('no') },
     hear: (listener) => { const own = (_, ...args) => listener(...args); ipcRenderer.on('tell', own); return () => ipcRenderer.removeListener('tell', own) },
     place: (file) => webUtils.getPathForFile(file),
   })`,
)
const page = `<!doctype html><title>Trial</title><h1>Trial</h1><input id=name value=word><input id=file type=file>
  <a id=out href="https://example.org/x" target=_blank>out</a><iframe srcdoc="<p>inner</p>"></iframe>`

protocol.registerSchemesAsPrivileged([{ scheme: 'try', privileges: { standard: true, secure: true } }])
const heard: unknown[] = []
const note = (...what: unknown[]) => void heard.push(what)
if (app.requestSingleInstanceLock()) void run()
else app.quit()

async function run(): Promise<void> {
  await app.whenReady()
  const memory = session.fromPartition('trial')
  memory.setPermissionRequestHandler((_, permission, answer) => answer(permission === 'notifications'))
  memory.setPermissionCheckHandler(() => false)
  memory.protocol.handle('try', (request) => {
    const url = new URL(request.url)
    if (url.pathname === '/stream') return stream(request.signal)
    if (url.pathname === '/echo')
      return new Response(request.body, { headers: { 'x-origin': request.headers.get('origin') ?? '' } })
    if (url.pathname === '/away') return Response.redirect('https://example.org/')
    note('request', request.url)
    return new Response(page, { headers: { 'content-type': 'text/html', 'content-security-policy': "default-src 'self'" } })
  })
  const open = () => {
    const window = new BrowserWindow({
      show: false,
      webPreferences: { session: memory, preload, additionalArguments: ['--trial-mark'], sandbox: true, contextIsolation: true },
    })
    window.once('ready-to-show', () => window.show())
    window.webContents.on('context-menu', (_, { selectionText, isEditable, linkURL }) => {
      note('context-menu', { selectionText, isEditable, linkURL })
      Menu.buildFromTemplate([{ label: 'Look', click: () => note('looked') }, { role: 'selectAll' }]).popup()
    })
    window.webContents.on('render-process-gone', () => window.webContents.reload())
    void window.loadURL('try://host/start?a=1')
  }
  app.on('web-contents-created', (_, contents) => {
    contents.on('will-navigate', (event) => {
      note('will-navigate', event.url)
      event.preventDefault()
    })
    contents.on('will-redirect', (event) => event.preventDefault())
    contents.setWindowOpenHandler(({ url }) => {
      void shell.openExternal(url)
      return { action: 'deny' }
    })
  })
  ipcMain.handle('ask', (event, ...args: unknown[]) => {
    if (args[0] === 'fail') throw new Error('on purpose')
    return { args, url: event.senderFrame?.url, outermost: event.senderFrame?.parent === null }
  })
  ipcMain.handle('heard', () => heard)
  ipcMain.on('say', (event, text) => event.sender.send('tell', text, new Uint8Array([1, 2]), undefined))
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      { label: 'File', submenu: [{ label: 'New', id: 'new', accelerator: 'CmdOrCtrl+N', click: open }, { role: 'quit' }] },
      {
        label: 'View',
        submenu: [{ type: 'checkbox', label: 'Wide', checked: true, click: (item) => note('wide', item.checked) }],
      },
    ]),
  )
  const tray = new Tray(join(folder, 'icon.png'))
  tray.setContextMenu(Menu.buildFromTemplate([{ label: 'Ask', click: ask }]))
  tray.on('click', () => note('tray'))
  globalShortcut.register('CommandOrControl+Shift+K', () => note('shortcut'))
  app.on('second-instance', (_, argv) => note('second', argv.at(-1)))
  app.on('window-all-closed', () => note('all closed'))
  const child = utilityProcess.fork(join(import.meta.dirname, 'trial-utility.child.ts'), ['one'], { serviceName: 'trial' })
  child.postMessage({ early: true })
  child.on('message', (message) => note('child', message))
  child.on('exit', (code) => note('child ended', code))
  open()
}

async function ask(): Promise<void> {
  const { response } = await dialog.showMessageBox({ message: 'Well?', buttons: ['Yes', 'No'] })
  const notification = new Notification({ title: 'Answered', body: String(response) })
  notification.on('click', () => note('notification'))
  notification.show()
}

/** Says one thing, and then nothing until the page goes away. */
function stream(signal: AbortSignal): Response {
  signal.addEventListener('abort', () => note('aborted'))
  return new Response(new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('first')) }))
}
