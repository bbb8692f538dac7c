/**
 * A stand-in for Electron, for machines that its binary cannot be had on: the part of its API that `main` and `preload`
 * use, over a real Chromium. The built app runs in it unmodified; `launch.ts` starts it. It never ships.
 *
 * Its parts are typed against Electron's own declarations, so that a change there fails the type check. A member that
 * it lacks throws an error that names it.
 *
 * What it CANNOT show: how native menus, trays, notifications and dialogs look and where a desktop really puts them;
 * fuses, ASAR and signing; Electron's own sandbox, process isolation and command-line switches (the pages' Chromium is
 * another build, and the preload's world is one of DevTools); the isolation of utility processes (they are plain
 * processes of Node's); the app's scheme as Chromium sees it (pages are at `https://HOST.localhost:PORT/`, so origin,
 * storage and `isSecureContext` are those of such an address); permission prompts; what the system does with links,
 * files, badges, login items and shortcuts; real spell checking; windows as a window manager shows them.
 */
import type electron from 'electron'
import { app } from './app.ts'
import { BrowserWindow } from './browser-window.ts'
import './driver.ts'
import { ipcMain } from './ipc-main.ts'
import { nativeImage, safeStorage } from './kept.ts'
import { Menu, MenuItem } from './menu.ts'
import { session, sessionNamed } from './session.ts'
import { noted, record } from './state.ts'
import {
  clipboard,
  crashReporter,
  dialog,
  globalShortcut,
  nativeTheme,
  net,
  powerMonitor,
  screen,
  shell,
  systemPreferences,
} from './system.ts'
import { Notification, Tray } from './tray.ts'
import { utilityProcess } from './utility-process.ts'
import { webContents } from './web-contents.ts'
import { missing, whole } from './whole.ts'

const defaults = () => sessionNamed('').protocol
const protocol = whole<Electron.Protocol>('protocol', {
  registerSchemesAsPrivileged: (schemes) => record('protocol.registerSchemesAsPrivileged', schemes),
  handle: (scheme, handler) => defaults().handle(scheme, handler),
  unhandle: (scheme) => defaults().unhandle(scheme),
  isProtocolHandled: (scheme) => defaults().isProtocolHandled(scheme),
})
const powerSaveBlocker = whole<Electron.PowerSaveBlocker>('powerSaveBlocker', {
  start: (type) => noted('powerSaveBlocker.start', type, 1),
  stop: (id) => noted('powerSaveBlocker.stop', id, true),
  isStarted: () => false,
})
const autoUpdater = missing<Electron.AutoUpdater>('autoUpdater')
const BaseWindow = missing<typeof Electron.BaseWindow>('BaseWindow')
const WebContentsView = missing<typeof Electron.WebContentsView>('WebContentsView')
const MessageChannelMain = missing<typeof Electron.MessageChannelMain>('MessageChannelMain')
const webFrameMain = missing<typeof Electron.webFrameMain>('webFrameMain')
const desktopCapturer = missing<Electron.DesktopCapturer>('desktopCapturer')
const netLog = missing<Electron.NetLog>('netLog')
const contentTracing = missing<Electron.ContentTracing>('contentTracing')

export {
  app,
  autoUpdater,
  BaseWindow,
  BrowserWindow,
  clipboard,
  contentTracing,
  crashReporter,
  desktopCapturer,
  dialog,
  globalShortcut,
  ipcMain,
  Menu,
  MenuItem,
  MessageChannelMain,
  Notification,
  nativeImage,
  nativeTheme,
  net,
  netLog,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  systemPreferences,
  Tray,
  utilityProcess,
  WebContentsView,
  webContents,
  webFrameMain,
}
/** Every name here is one of Electron's. */
export type Names = keyof typeof electron
