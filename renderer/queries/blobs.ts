import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { type inertTypes, store } from '../../node-core/contract/api/store.ts'
import type { BlobId } from '../../node-core/contract/ids.ts'
import { useClient } from '../app/client-context.tsx'

/** A media type that is safe to show: none of them runs scripts. */
export type InertType = (typeof inertTypes)[number]

/** For so long the bytes of a file stay in memory after it went out of sight, in milliseconds. */
const kept = 30_000

/**
 * An address in this page for the bytes of a file, once `wanted`; it ends with the component. The bytes are in memory
 * only, typed by what they may be shown as and never by what they say they are.
 */
export function useBlobAddress(blob: BlobId | undefined, type: InertType | undefined, wanted: boolean) {
  const { download } = useClient()
  const query = useQuery({
    queryKey: ['blobs', blob, type],
    queryFn: async ({ signal }) => {
      const response = await download(store['blobs.get'], { blob: blob as BlobId, ...(type && { type }) }, signal)
      return new Blob([await response.arrayBuffer()], { type: type ?? 'application/octet-stream' })
    },
    enabled: wanted && blob !== undefined && type !== undefined,
    gcTime: kept,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const [address, setAddress] = useState<string>()
  useEffect(() => {
    if (!query.data) return
    const made = URL.createObjectURL(query.data)
    setAddress(made)
    return () => {
      URL.revokeObjectURL(made)
      setAddress(undefined)
    }
  }, [query.data])
  return { ...query, address }
}
