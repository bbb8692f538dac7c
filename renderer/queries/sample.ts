import { useState } from 'react'
import { noteId } from '../../node-core/contract/api/fields.ts'
import { notes } from '../../node-core/contract/api/notes.ts'
import { isVivimError } from '../../node-core/contract/errors.ts'
import { useClient } from '../app/client-context.tsx'
import { useUploads } from '../app/uploads-context.tsx'
import { type ImportRun, isUnderWay, useImports, useUndoImport } from './imports.ts'

/** The sample's name among the imports, the same in every language. */
export const sampleName = 'VIVIM sample'

export interface Sample {
  /** The import that brought it, while it is here. */
  readonly run: ImportRun | undefined
  readonly busy: boolean
  add(): Promise<void>
  remove(): Promise<void>
  readonly error: unknown
}

/** A few conversations to look around with, and taking them out again. */
export function useSample(): Sample {
  const { call } = useClient()
  const { runs } = useImports()
  const [uploads, { add }] = useUploads()
  const undo = useUndoImport()
  const [loading, setLoading] = useState(false)
  const named = runs?.filter(({ name }) => name === sampleName)
  const run = named?.find(({ state }) => state === 'done')
  return {
    run,
    busy: loading || undo.isPending || uploads.some(({ name }) => name === sampleName) || (named?.some(isUnderWay) ?? false),
    error: undo.error,
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
    async remove() {
      if (!run) return
      setLoading(true)
      try {
        const { sampleNotes } = await import('../../resources/sample/index.ts')
        for (const id of sampleNotes) await call(notes['notes.delete'], { note: noteId.parse(id) }).catch(unlessGone)
        await undo.mutateAsync(run.id).catch(() => {})
      } finally {
        setLoading(false)
      }
    },
  }
}

/** A note that the person has deleted already is no trouble; any other is seen when the import is undone. */
function unlessGone(error: unknown): void {
  if (!isVivimError(error)) throw error
}
