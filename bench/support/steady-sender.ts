/** Owns a shipper that sends at a steady rate beside whatever else is measured, so that it can be told what senders feel of it. */
import { BENCH_ADMIN_KEY } from '@/bench/support/processes'
import { runStorm, type StormResult } from '@/bench/support/storm'
import { bodyTemplate, seededUniform, stampIds } from '@/bench/support/workload'

export const RECORDS = 20
export const REQUESTS_PER_SECOND = 200
const CONNECTIONS = 64

/** @returns what sends for so many seconds, new records each time */
export function steadySender(url: string): (seconds: number) => Promise<StormResult> {
  const template = bodyTemplate(RECORDS, { columns: 20, drifted: false }, seededUniform(5), () => null)
  let sent = 0
  return (seconds) =>
    runStorm({
      url: `${url}/api/v1/ingest/beside`,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${BENCH_ADMIN_KEY}` },
      requestsPerSecond: REQUESTS_PER_SECOND,
      seconds,
      connections: CONNECTIONS,
      bodyOf: () => stampIds(template, sent++ * RECORDS),
    })
}
