import { createContext, type ReactNode, useContext } from 'react'
import type { Client } from '../client.ts'

const Context = createContext<Client | undefined>(undefined)

export const ClientProvider = ({ client, children }: { client: Client; children: ReactNode }) => (
  <Context value={client}>{children}</Context>
)

/** The node's interface. */
export function useClient(): Client {
  const client = useContext(Context)
  if (!client) throw new Error('There is no client above this component.')
  return client
}
