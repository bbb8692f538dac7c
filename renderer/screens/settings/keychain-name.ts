import { useText } from '../../app/language.tsx'

/** Where the keys rest, in the person's words: keychains have names of their own, our key file has not. */
export function useKeychainName(keychain: string): string {
  const text = useText()
  return keychain === 'passphrase file' ? text('settings.keychain.file') : keychain
}
