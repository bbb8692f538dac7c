import { sources } from '../../../node-core/contract/content.ts'
import { sourceNames } from '../../components/source-name.ts'

/** The service that an import's format is of; undefined where it was not detected. */
export function formatName(format: string | null): string | undefined {
  const source = sources.find((one) => one === format)
  return source ? sourceNames[source] : (format ?? undefined)
}
