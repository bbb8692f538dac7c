/** `safeStorage` and `nativeImage`: values that the app keeps, and pictures as their bytes. */
import { readFileSync } from 'node:fs'
import type { NativeImage, SafeStorage } from 'electron'
import { given } from './state.ts'
import { type Part, whole } from './whole.ts'

let plain = false
const mark = Buffer.from('stand-in:')
const available = (): boolean => (given.storage === 'unavailable' ? false : given.storage !== 'basic_text' || plain)

/** Not sealed at all: it shows what the app asks for, never that it is safe. */
export const safeStorage = whole<SafeStorage>('safeStorage', {
  isEncryptionAvailable: available,
  isAsyncEncryptionAvailable: async () => available(),
  getSelectedStorageBackend: () => (given.storage === 'unavailable' ? 'unknown' : given.storage),
  setUsePlainTextEncryption(use) {
    plain = use
  },
  encryptString(text) {
    if (!available())
      throw new Error('Error while encrypting the text provided to safeStorage.encryptString. Encryption is not available.')
    return Buffer.concat([mark, Buffer.from(text)])
  },
  decryptString(sealed) {
    if (!available() || !sealed.subarray(0, mark.length).equals(mark))
      throw new Error('Error while decrypting the ciphertext provided to safeStorage.decryptString.')
    return sealed.subarray(mark.length).toString()
  },
})

function imageOf(bytes: Buffer, path?: string): NativeImage {
  let template = path !== undefined && /Template(@2x)?\.png$/.test(path)
  const png = bytes.subarray(1, 4).toString('latin1') === 'PNG'
  const size = () => (png ? { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) } : { width: 0, height: 0 })
  const image: NativeImage = whole<NativeImage>('nativeImage', {
    isEmpty: () => bytes.length === 0,
    getSize: size,
    getAspectRatio: () => 1,
    getScaleFactors: () => [1],
    toPNG: () => bytes,
    toDataURL: () => `data:image/png;base64,${bytes.toString('base64')}`,
    resize: () => image,
    crop: () => image,
    addRepresentation: () => undefined,
    isTemplateImage: () => template,
    setTemplateImage(option) {
      template = option
    },
    isMacTemplateImage: false,
    ...({ standInPath: path } as object),
  })
  return image
}

/** The module `nativeImage`: a file that is not there makes an empty picture, as Electron's does. */
export const nativeImage = whole<typeof import('electron').nativeImage>('nativeImage', {
  createEmpty: () => imageOf(Buffer.alloc(0)),
  createFromBuffer: (bytes: Buffer) => imageOf(bytes),
  createFromDataURL: (url: string) => imageOf(Buffer.from(url.slice(url.indexOf(',') + 1), 'base64')),
  createFromPath(path: string) {
    try {
      return imageOf(readFileSync(path), path)
    } catch {
      return imageOf(Buffer.alloc(0), path)
    }
  },
} as Part<typeof import('electron').nativeImage>)
