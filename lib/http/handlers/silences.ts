/** Owns answering what people do with silences that match alerts. */
import * as z from 'zod'
import { MAX_REASON_LENGTH, type Silence, SilenceMatchersSchema } from '@/lib/domain/silence'
import { toRfc3339 } from '@/lib/domain/time'
import type { Handler } from '@/lib/http/exchange'
import { idParam } from '@/lib/http/parameters'
import { readJson } from '@/lib/http/read-json'
import { jsonReply } from '@/lib/http/reply'
import { listSilences, previewSilence } from '@/lib/queries/silences'
import { addSilence } from '@/lib/services/alerts/add-silence'
import { endSilence } from '@/lib/services/alerts/end-silence'

export const NewSilenceBody = z.strictObject({
  matchers: SilenceMatchersSchema.describe(
    'An empty list takes everything; * stands for any run of characters',
  ),
  reason: z.string().min(1).max(MAX_REASON_LENGTH),
  duration_ms: z.number().int().positive().optional().describe('One minute to 30 days; 4 hours when absent'),
})
export const SilencePreviewBody = z.strictObject({ matchers: SilenceMatchersSchema })

export const silencesHandler: Handler = async (app, exchange) => {
  const silences = await listSilences(app.contextFor(exchange.principal))
  return jsonReply({ silences: silences.map(toApi) })
}

export const addSilenceHandler: Handler = async (app, exchange) => {
  const { matchers, reason, duration_ms } = await readJson(app, exchange, NewSilenceBody)
  const ctx = app.contextFor(exchange.principal)
  const duration = duration_ms === undefined ? {} : { durationMs: duration_ms }
  return jsonReply(toApi(await addSilence(ctx, { matchers, reason, ...duration })), 201)
}

export const previewSilenceHandler: Handler = async (app, exchange) => {
  const { matchers } = await readJson(app, exchange, SilencePreviewBody)
  const { open, past } = await previewSilence(app.contextFor(exchange.principal), matchers)
  return jsonReply({ open: open.map(({ id, title }) => ({ id, title })), past_week: past })
}

export const endSilenceHandler: Handler = async (app, exchange) =>
  jsonReply(toApi(await endSilence(app.contextFor(exchange.principal), idParam(exchange))))

function toApi({ id, createdMs, createdBy, reason, startsMs, endsMs, matchers, endedBy }: Silence) {
  return {
    id,
    created: toRfc3339(createdMs),
    created_by: createdBy,
    reason,
    starts: toRfc3339(startsMs),
    ends: toRfc3339(endsMs),
    matchers,
    ended_by: endedBy,
  }
}
