/** The store as the main thread sees it: it reads by itself and writes through the writer's thread. */
import type { Query, Reader, Transaction, Transactor } from '../ports/storage.ts'
import type { Writer } from '../threads/writer-core.ts'

/**
 * Transactions that only write: their statements are gathered and run together. Reading inside one sees what was
 * committed before it; `run` cannot say how many rows changed.
 */
export function remoteTransactor(reader: Reader, writer: Pick<Writer, 'write'>): Transactor {
  return {
    all: (sql, parameters) => reader.all(sql, parameters),
    get: (sql, parameters) => reader.get(sql, parameters),
    iterate: (sql, parameters) => reader.iterate(sql, parameters),
    async transaction(work) {
      const queries: Query[] = []
      const tx: Transaction = {
        all: (sql, parameters) => reader.all(sql, parameters),
        get: (sql, parameters) => reader.get(sql, parameters),
        iterate: (sql, parameters) => reader.iterate(sql, parameters),
        async run(sql, parameters = []) {
          queries.push({ sql, parameters })
          return { changes: Number.NaN, lastId: Number.NaN }
        },
      }
      const result = await work(tx)
      if (queries.length > 0) await writer.write(queries)
      return result
    },
  }
}
