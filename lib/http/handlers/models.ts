/** Owns answering reads of models, columns and evaluations, as JSON or CSV. */
import { type CsvValue, csvLine } from '@/lib/http/csv'
import type { Handler, Reply } from '@/lib/http/exchange'
import { EvaluationsQuery, VerdictQuery, VersionQuery } from '@/lib/http/queries-models'
import { readQuery } from '@/lib/http/read-json'
import { jsonReply } from '@/lib/http/reply'
import { judgeRange } from '@/lib/queries/judge-range'
import { listColumns } from '@/lib/queries/list-columns'
import { type EvaluationPage, type EvaluationWish, listEvaluations } from '@/lib/queries/list-evaluations'
import { getModel, listModels } from '@/lib/queries/list-models'

/** Rows of one CSV answer at most: a year of hourly windows of five columns. */
const MAX_CSV_ROWS = 50_000
const CSV_PAGE_ROWS = 2_000

const EVALUATION_COLUMNS = [
  'id',
  'version',
  'metric',
  'column',
  'family',
  'window_start',
  'window_end',
  'verdict',
  'value',
  'limit',
  'n',
  'n_reference',
  'p_value',
  'p_corrected',
  'reason',
  'revision',
  'historical',
  'evaluated',
] as const

export const modelsHandler: Handler = async (app, exchange) =>
  jsonReply({ models: await listModels(app.contextFor(exchange.principal)) })

export const modelHandler: Handler = async (app, exchange) =>
  jsonReply(await getModel(app.contextFor(exchange.principal), exchange.params.model ?? ''))

export const columnsHandler: Handler = async (app, exchange) => {
  const { version } = readQuery(exchange, VersionQuery)
  const ctx = app.contextFor(exchange.principal)
  return jsonReply({ columns: await listColumns(ctx, exchange.params.model ?? '', version ?? null) })
}

export const evaluationsHandler: Handler = async (app, exchange) => {
  const query = readQuery(exchange, EvaluationsQuery)
  const ctx = app.contextFor(exchange.principal)
  const wish: EvaluationWish = {
    model: exchange.params.model ?? '',
    version: query.version ?? null,
    column: query.column ?? null,
    metric: query.metric ?? null,
    range: { startMs: query.from ?? 0, endMs: query.to ?? ctx.nowMs + 1 },
    limit: query.limit,
    cursor: query.cursor ?? null,
    withDetail: query.detail === '1',
  }
  if (query.format === 'json') return jsonReply(await listEvaluations(ctx, wish))
  // The first page is read before anything is sent, so that an error still has its status.
  const first = await listEvaluations(ctx, { ...wish, limit: CSV_PAGE_ROWS, withDetail: false })
  const next = (cursor: string) =>
    listEvaluations(ctx, { ...wish, limit: CSV_PAGE_ROWS, withDetail: false, cursor })
  return csvReply('evaluations.csv', evaluationLines(first, next))
}

export const verdictHandler: Handler = async (app, exchange) => {
  const { version, slice, from, to, step } = readQuery(exchange, VerdictQuery)
  const judged = await judgeRange(app.contextFor(exchange.principal), {
    model: exchange.params.model ?? '',
    version: version ?? null,
    range: { startMs: from, endMs: to },
    step: step ?? null,
    slice: slice ?? null,
  })
  return jsonReply(judged)
}

async function* evaluationLines(
  first: EvaluationPage,
  next: (cursor: string) => Promise<EvaluationPage>,
): AsyncGenerator<string> {
  yield csvLine(EVALUATION_COLUMNS)
  let page = first
  for (let rows = page.evaluations.length; ; rows += page.evaluations.length) {
    yield page.evaluations
      .map((row) => csvLine(EVALUATION_COLUMNS.map((name): CsvValue => row[name])))
      .join('')
    if (page.next === null || rows >= MAX_CSV_ROWS) return
    page = await next(page.next)
  }
}

function csvReply(name: string, body: AsyncIterable<string>): Reply {
  const headers = {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="${name}"`,
  }
  return { status: 200, headers, body }
}
