/** Owns answering what pipelines and people do with change markers. */
import * as z from 'zod'
import { type Marker, NewMarkerSchema } from '@/lib/domain/marker'
import { DAY_MS, toRfc3339 } from '@/lib/domain/time'
import type { Handler } from '@/lib/http/exchange'
import { idParam, limitParameter } from '@/lib/http/parameters'
import { readJson, readQuery } from '@/lib/http/read-json'
import { emptyReply, jsonReply } from '@/lib/http/reply'
import { listMarkers } from '@/lib/queries/markers'
import { addMarker, deleteMarker } from '@/lib/services/models/markers'

const Instant = z.iso.datetime({ offset: true })
const MAX_LISTED = 1_000
const DEFAULT_DAYS = 30

export const MarkerBody = NewMarkerSchema.extend({ at: Instant.optional().describe('Now when absent') })
export const MarkersQuery = z.object({
  model: z.string().max(200).optional().describe('With those that concern every model'),
  from: Instant.optional().describe(`${DEFAULT_DAYS} days ago when absent`),
  to: Instant.optional().describe('Now when absent'),
  limit: limitParameter(200, MAX_LISTED),
})

export const markersHandler: Handler = async (app, exchange) => {
  const { model, from, to, limit } = readQuery(exchange, MarkersQuery)
  const ctx = app.contextFor(exchange.principal)
  const endMs = to === undefined ? ctx.nowMs + 1 : Date.parse(to)
  const startMs = from === undefined ? endMs - DEFAULT_DAYS * DAY_MS : Date.parse(from)
  const markers = await listMarkers(ctx, { range: { startMs, endMs }, model, limit })
  return jsonReply({ markers: markers.map(toApi) })
}

export const addMarkerHandler: Handler = async (app, exchange) => {
  const { at, ...wish } = await readJson(app, exchange, MarkerBody)
  const ctx = app.contextFor(exchange.principal)
  const atMs = at === undefined ? ctx.nowMs : Date.parse(at)
  return jsonReply(toApi(await addMarker(ctx, { ...wish, atMs })), 201)
}

export const deleteMarkerHandler: Handler = async (app, exchange) => {
  await deleteMarker(app.contextFor(exchange.principal), idParam(exchange))
  return emptyReply()
}

function toApi({ id, atMs, kind, title, model, version, link, createdBy }: Marker) {
  return { id, at: toRfc3339(atMs), kind, title, model, version, link, created_by: createdBy }
}
