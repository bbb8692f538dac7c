/** The node's log: lines of JSON on stderr, without a word of what people wrote. */
import { type Logger, pino } from 'pino'
import type { Settings } from '../../config.ts'
import type { Logger as NodeLogger } from '../../http/problems.ts'

export function openLog({ logRequests }: Pick<Settings, 'logRequests'>): NodeLogger {
  const logger: Logger = pino(
    { level: logRequests ? 'info' : 'warn', base: null, serializers: { err: whereOf } },
    pino.destination({ dest: 2, sync: true }),
  )
  return { info: (facts, message) => logger.info(facts, message), error: (facts, message) => logger.error(facts, message) }
}

/** An error's kinds and places, down its causes; messages may quote what a person wrote. */
function whereOf(error: unknown): object[] {
  const chain: object[] = []
  for (let at = error; at instanceof Error && chain.length < 5; at = at.cause) {
    const code = 'code' in at && typeof at.code === 'string' ? { code: at.code } : {}
    const places = (at.stack ?? '')
      .split('\n')
      .filter((line) => line.startsWith('    at '))
      .slice(0, 8)
    chain.push({ name: at.name, ...code, at: places.map((line) => line.trim()) })
  }
  return chain
}
