import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { devices } from '../../node-core/contract/api/devices.ts'
import { type Pairing, pairings } from '../../node-core/contract/api/pairings.ts'
import { isVivimError } from '../../node-core/contract/errors.ts'
import type { Did } from '../../node-core/contract/ids.ts'
import type { Output } from '../../node-core/contract/method.ts'
import { useClient } from '../app/client-context.tsx'

export type Device = Output<(typeof devices)['devices.list']>['items'][number]
export type { Pairing }

/** Every device of the account; the log says when they change, but not when one was last seen. */
export function useDevices() {
  const { call } = useClient()
  return useQuery({
    queryKey: ['devices'],
    queryFn: async ({ signal }) => (await call(devices['devices.list'], {}, signal)).items,
    refetchInterval: 30_000,
  })
}

export function useChangeDevice() {
  const { call } = useClient()
  const queries = useQueryClient()
  const onSettled = () => queries.invalidateQueries({ queryKey: ['devices'] })
  const revoke = useMutation({ mutationFn: (device: Did) => call(devices['devices.revoke'], { device }), onSettled })
  const rename = useMutation({
    mutationFn: (change: { device: Did; name: string }) => call(devices['devices.rename'], change),
    onSettled,
  })
  return { revoke, rename }
}

/** The pairings that are open; no event tells of them, so they are asked for: often while one is looked at. */
export function usePairings(enabled: boolean, often: boolean) {
  const { call } = useClient()
  return useQuery({
    queryKey: ['pairings'],
    queryFn: ({ signal }) => call(pairings['pairings.list'], {}, signal),
    enabled,
    refetchOnMount: 'always',
    refetchInterval: often ? 1000 : 5000,
    refetchIntervalInBackground: true,
  })
}

export function useChangePairing() {
  const { call } = useClient()
  const queries = useQueryClient()
  const onSettled = () => queries.invalidateQueries({ queryKey: ['pairings'] })
  const create = useMutation({ mutationFn: () => call(pairings['pairings.create'], {}), onSettled })
  const confirm = useMutation({
    mutationFn: async ({ pairing: { pairing, device }, full }: { pairing: Pairing; full: boolean }) => {
      if (!device) throw new TypeError('nothing has claimed this pairing')
      return (await call(pairings['pairings.confirm'], { pairing, fingerprint: device.fingerprint, full })).device
    },
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ['devices'] })
      return onSettled()
    },
  })
  const cancel = useMutation({
    mutationFn: async (pairing: string) => {
      try {
        await call(pairings['pairings.cancel'], { pairing })
      } catch (error) {
        // over already
        if (!isVivimError(error, 'not-found')) throw error
      }
    },
    onSettled,
  })
  return { create, confirm, cancel }
}
