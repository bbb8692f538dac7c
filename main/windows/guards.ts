/** What holds for every page that any part of the app could ever show. */
import { app, type Session, shell } from 'electron'
import { mayAsk, mayNavigate, mayOpenOutside } from './policy.ts'

/** Pages stay where they are, open no windows, and hold no other pages; web and mail addresses go to the system. */
export function guardContents(): void {
  app.on('web-contents-created', (_, contents) => {
    contents.on('will-navigate', (event) => {
      if (!mayNavigate(event.url)) event.preventDefault()
    })
    contents.on('will-redirect', (event) => {
      if (!mayNavigate(event.url)) event.preventDefault()
    })
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.setWindowOpenHandler(({ url }) => {
      openOutside(url)
      return { action: 'deny' }
    })
  })
}

/** The one way out: nothing else in the app hands an address to the system. */
export function openOutside(url: string): void {
  if (mayOpenOutside(url)) void shell.openExternal(url)
}

/** A page gets what `mayAsk` lists; the camera, the position and anything else that asks, no page gets. */
export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((_, permission, answer, { requestingUrl, isMainFrame }) =>
    answer(mayAsk(permission, requestingUrl, isMainFrame)),
  )
  session.setPermissionCheckHandler((_, permission, origin, { isMainFrame }) => mayAsk(permission, `${origin}/`, isMainFrame))
  session.setDevicePermissionHandler(() => false)
}
