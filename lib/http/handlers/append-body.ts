/** Owns what the endpoints of all protocols share: from the body of an exchange to a durable append. */
import type { Exchange, HttpApp } from '@/lib/http/exchange'
import type { ReadBytes } from '@/lib/http/read-body'
import type { BodyReader } from '@/lib/ingest/read-records'
import { appendRecords } from '@/lib/services/log/append-records'
import type { AppendAnswer, AppendError } from '@/lib/services/log/append-request'

/** Appends the records that `read` finds in a body; the worker is woken. @throws AppError as appendRecords does */
export async function appendBody(
  app: HttpApp,
  exchange: Exchange,
  { wire, bytes }: ReadBytes,
  read: BodyReader,
): Promise<AppendAnswer> {
  const answer = await appendRecords(app.contextFor(exchange.principal), {
    model: null,
    wire,
    // An index in the path, a source in the query.
    destination: `${exchange.path}?${exchange.query.get('source') ?? ''}`,
    text: bytes,
    read,
    backfill: false,
    idempotencyKey: exchange.header('idempotency-key'),
    itemised: true,
  })
  app.wakeWorker?.()
  return answer
}

/** The refused record that stood first in the request, or undefined. */
export function firstRefused({ items }: AppendAnswer): AppendError | undefined {
  let first: AppendError | undefined
  for (const error of items.refused) if (first === undefined || error.index < first.index) first = error
  return first
}
