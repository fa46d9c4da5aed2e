/** Owns answering what people do with slices of a model. */
import * as z from 'zod'
import { type Slice, SliceConditionsSchema, SliceNameSchema, saySlice } from '@/lib/domain/slice'
import { toRfc3339 } from '@/lib/domain/time'
import type { Handler } from '@/lib/http/exchange'
import { idParam } from '@/lib/http/parameters'
import { readJson } from '@/lib/http/read-json'
import { emptyReply, jsonReply } from '@/lib/http/reply'
import { listSlices, previewSlice } from '@/lib/queries/slices'
import { endSlice, putSlice } from '@/lib/services/models/slices'

export const SliceBody = z.strictObject({
  name: SliceNameSchema,
  conditions: SliceConditionsSchema.describe('A record lies in the slice when all of them hold'),
})
export const SlicePreviewBody = z.strictObject({ conditions: SliceConditionsSchema })

export const slicesHandler: Handler = async (app, exchange) => {
  const { slices, revisions } = await listSlices(
    app.contextFor(exchange.principal),
    exchange.params.model ?? '',
  )
  return jsonReply({ slices: slices.map(toApi), revisions: revisions.map(toApi) })
}

export const putSliceHandler: Handler = async (app, exchange) => {
  const wish = await readJson(app, exchange, SliceBody)
  const model = exchange.params.model ?? ''
  return jsonReply(toApi(await putSlice(app.contextFor(exchange.principal), { model, ...wish })))
}

export const previewSliceHandler: Handler = async (app, exchange) => {
  const { conditions } = await readJson(app, exchange, SlicePreviewBody)
  const ctx = app.contextFor(exchange.principal)
  return jsonReply(await previewSlice(ctx, exchange.params.model ?? '', conditions))
}

export const endSliceHandler: Handler = async (app, exchange) => {
  await endSlice(app.contextFor(exchange.principal), idParam(exchange))
  return emptyReply()
}

function toApi({ id, name, revision, conditions, createdMs, createdBy, endedMs, endedBy }: Slice) {
  return {
    id,
    name,
    revision,
    conditions,
    text: saySlice(conditions),
    created: toRfc3339(createdMs),
    created_by: createdBy,
    ended: endedMs === null ? null : toRfc3339(endedMs),
    ended_by: endedBy,
  }
}
