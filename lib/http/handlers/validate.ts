/** Owns answering whether records are what the reference of their model expects. */
import * as z from 'zod'
import type { Handler } from '@/lib/http/exchange'
import { formatOf } from '@/lib/http/handlers/ingest-format'
import { withBody, withBytes } from '@/lib/http/read-body'
import { jsonReply } from '@/lib/http/reply'
import { createDataReader } from '@/lib/ingest/formats/cloud-events'
import type { InflateRoom } from '@/lib/ingest/formats/inflate'
import { validateRecords } from '@/lib/services/validation/validate-records'

/** Smaller than what ingest takes: somebody waits for the answer. */
const MAX_BYTES = 4 * 1024 * 1024

const FindingSchema = z.object({
  field: z.string().describe('features.NAME, or a field of the record; empty for the record as a whole'),
  code: z.string(),
  expected: z.string(),
  got: z.string().nullable(),
  message: z.string().describe('A sentence for the person who filled it in'),
  severity: z.enum(['fault', 'note']).describe('A note refuses nothing'),
})

export const ValidationSchema = z.object({
  accepted: z.boolean().describe('Whether every record was'),
  results: z.array(
    z.object({
      index: z.number().int(),
      prediction_id: z.string().nullable(),
      model: z.string().nullable(),
      version: z.string().nullable().describe('Whose reference it was checked against; null for none'),
      mode: z.enum(['strict', 'log_only']).nullable(),
      accepted: z.boolean(),
      findings: z.array(FindingSchema),
    }),
  ),
  request_id: z.string(),
})

/** POST: checks, stores nothing of the records. */
export const validateHandler: Handler = async (app, exchange) => {
  const sizes = {
    maxBodyBytes: Math.min(MAX_BYTES, app.limits.maxBodyBytes),
    maxDecodedBytes: Math.min(MAX_BYTES, app.limits.maxDecodedBytes),
  }
  const { read, isBinary, events } = formatOf(exchange)
  const check = (wire: Buffer, text: Buffer, claim: InflateRoom['claim']) =>
    validateRecords(app.contextFor(exchange.principal), {
      model: exchange.params.model ?? null,
      wire,
      text,
      read:
        events === undefined ? read?.({ maxBytes: sizes.maxDecodedBytes, claim }) : createDataReader(events),
    })
  const results = isBinary
    ? await withBytes(app, exchange, ({ wire, bytes, claim }) => check(wire, bytes, claim), sizes)
    : await withBody(app, exchange, ({ wire, text, claim }) => check(wire, text, claim), sizes)
  return jsonReply({
    accepted: results.every(({ accepted }) => accepted),
    results: results.map(({ predictionId, index, ...rest }) => ({
      index,
      prediction_id: predictionId,
      ...rest,
    })),
    request_id: exchange.requestId,
  })
}
