/** `node --import register.ts main.js`: makes `electron` mean the stand-in, for the app's own bundle and what it loads. */
import { registerHooks } from 'node:module'

const standIn = new URL('./index.ts', import.meta.url).href

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' || specifier === 'electron/main'
      ? { url: standIn, format: 'module-typescript', shortCircuit: true }
      : next(specifier, context),
})

Object.assign(process, { type: 'browser', defaultApp: true })
Object.defineProperty(process.versions, 'electron', { value: '0.0.0-stand-in', enumerable: true })
