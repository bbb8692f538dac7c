/** Figures for Prometheus: by method name only, never by address, account or content. */
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client'

export type Metrics = ReturnType<typeof createMetrics>
/** Counts one answered request; `seconds` from its arrival to its end. */
export type Meter = (status: number, seconds: number) => void

export function createMetrics() {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const requests = new Counter({
    name: 'vivim_http_requests_total',
    help: 'Answered requests.',
    labelNames: ['method', 'status'],
    registers: [registry],
  })
  const durations = new Histogram({
    name: 'vivim_http_request_seconds',
    help: 'From a request’s arrival to the end of its answer; uploads and streams apart.',
    labelNames: ['method'],
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  })
  return {
    /** Others may add their own figures. */
    registry,
    /** A meter for one method; `timed` is false where a request lasts as long as its caller likes. */
    meter(method: string, timed: boolean): Meter {
      const duration = durations.labels(method)
      const byStatus = new Map<number, Counter.Internal>()
      return (status, seconds) => {
        const counter = byStatus.get(status) ?? requests.labels(method, String(status))
        byStatus.set(status, counter)
        counter.inc()
        if (timed) duration.observe(seconds)
      }
    },
  }
}
