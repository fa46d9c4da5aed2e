/** Owns answering what is in the quarantine: as JSON, CSV or NDJSON; and taking records out of it after all. */
import * as z from 'zod'
import { type CsvValue, csvLine } from '@/lib/http/csv'
import type { Handler, Reply } from '@/lib/http/exchange'
import { CursorParameter, limitParameter } from '@/lib/http/parameters'
import { readJson, readQuery } from '@/lib/http/read-json'
import { jsonReply } from '@/lib/http/reply'
import { type ApiRefused, listRefused, parsePlace } from '@/lib/queries/list-refused'
import { MAX_REPLAYED, replayRefused } from '@/lib/services/quarantine/replay-refused'

export const RefusedQuery = z.object({
  model: z.string().optional(),
  code: z.string().optional(),
  format: z
    .enum(['json', 'csv', 'ndjson'])
    .default('json')
    .describe('csv and ndjson go on to the end, up to 50,000 records'),
  limit: limitParameter(100, 1_000),
  cursor: CursorParameter,
})

export const ReplayBody = z
  .object({
    ids: z.array(z.string().max(40)).max(MAX_REPLAYED).optional().describe('Names of refused records'),
    model: z.string().max(800).optional(),
    code: z.string().max(100).optional(),
  })
  .refine((wish) => Object.values(wish).some((value) => value !== undefined), {
    message: 'Say which records: ids, or a model, a code, or both.',
  })

const Count = z.number().int()
export const ReplaySchema = z.object({
  accepted: Count.describe('Stored now'),
  duplicates: Count.describe('Stored before with the same content'),
  conflicts: Count.describe('Stored before with other content; they stay refused'),
  labels: Count,
  refused: Count.describe('Refused again, or not kept so that they could be taken'),
  taken_before: Count,
  reasons: z.array(z.object({ message: z.string(), count: Count })),
  more: z.boolean().describe('Whether there may be more: ask again'),
})

const COLUMNS = [
  'id',
  'received',
  'kind',
  'model',
  'code',
  'field',
  'message',
  'prediction_id',
  'taken',
  'raw',
] as const

/** Records of one export at most. */
const MAX_EXPORTED = 50_000
const PAGE = 500

const EXPORTS = {
  csv: {
    type: 'text/csv; charset=utf-8',
    head: csvLine(COLUMNS),
    line: (row: ApiRefused) => csvLine(COLUMNS.map((name): CsvValue => row[name])),
  },
  ndjson: { type: 'application/x-ndjson', head: '', line: (row: ApiRefused) => `${JSON.stringify(row)}\n` },
} as const

export const refusedHandler: Handler = async (app, exchange) => {
  const { format, limit, ...wish } = readQuery(exchange, RefusedQuery)
  const ctx = app.contextFor(exchange.principal)
  const read = (size: number, cursor: string | null) =>
    listRefused(ctx, { model: wish.model ?? null, code: wish.code ?? null, limit: size, cursor })
  if (format === 'json') return jsonReply(await read(limit, wish.cursor ?? null))
  // The first page is read before anything is sent, so that an error still has its status.
  const first = await read(PAGE, wish.cursor ?? null)
  return download(
    format,
    lines(format, first, (cursor) => read(PAGE, cursor)),
  )
}

type Page = Awaited<ReturnType<typeof listRefused>>

async function* lines(
  format: keyof typeof EXPORTS,
  first: Page,
  next: (cursor: string) => Promise<Page>,
): AsyncGenerator<string> {
  const { head, line } = EXPORTS[format]
  if (head !== '') yield head
  let page = first
  for (let rows = page.refused.length; ; rows += page.refused.length) {
    yield page.refused.map(line).join('')
    if (page.next === null || rows >= MAX_EXPORTED) return
    page = await next(page.next)
  }
}

function download(format: keyof typeof EXPORTS, body: AsyncIterable<string>): Reply {
  const headers = {
    'content-type': EXPORTS[format].type,
    'content-disposition': `attachment; filename="refused.${format}"`,
  }
  return { status: 200, headers, body }
}

/** POST: takes refused records that can be read now. */
export const replayHandler: Handler = async (app, exchange) => {
  const { ids, model, code } = await readJson(app, exchange, ReplayBody)
  const { replayedBefore, isMore, ...counts } = await replayRefused(app.contextFor(exchange.principal), {
    ...(ids === undefined ? {} : { places: ids.map((id) => parsePlace(id, 'ids')) }),
    ...(model === undefined ? {} : { model }),
    ...(code === undefined ? {} : { code }),
  })
  app.wakeWorker?.()
  return jsonReply({ ...counts, taken_before: replayedBefore, more: isMore })
}
