import { useState } from 'react'
import { useUploads } from '../app/uploads-context.tsx'
import { type ImportRun, isUnderWay, useImports, useUndoImport } from './imports.ts'

/** The sample's name among the imports, the same in every language. */
export const sampleName = 'VIVIM sample'

export interface Sample {
  /** The import that brought it, while it is here. */
  readonly run: ImportRun | undefined
  readonly busy: boolean
  add(): Promise<void>
  remove(): void
}

/** A few conversations to look around with, and taking them out again. */
export function useSample(): Sample {
  const { runs } = useImports()
  const [uploads, { add }] = useUploads()
  const undo = useUndoImport()
  const [loading, setLoading] = useState(false)
  const named = runs?.filter(({ name }) => name === sampleName)
  const run = named?.find(({ state }) => state === 'done')
  return {
    run,
    busy: loading || undo.isPending || uploads.some(({ name }) => name === sampleName) || (named?.some(isUnderWay) ?? false),
    async add() {
      setLoading(true)
      try {
        const { sampleFiles } = await import('../../resources/sample/index.ts')
        const files = sampleFiles().map(({ path, content }) => ({ path, file: new File([content], path) }))
        add([{ name: sampleName, folder: true, files }])
      } finally {
        setLoading(false)
      }
    },
    remove() {
      if (run) undo.mutate(run.id)
    },
  }
}
