import type { KeychainTrouble } from '../../../node-core/contract/shell-keys.ts'
import { useText } from '../../app/language.tsx'

/** What is the matter with the system's keychain, and what helps. */
export function Trouble({ trouble }: { trouble: KeychainTrouble }) {
  const text = useText()
  return <div>{text(`locked.trouble.${trouble}`)}</div>
}
