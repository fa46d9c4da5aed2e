/** Owns the command `npm run replay`: judges a stored evaluation again and says whether it comes out bit for bit. */
import path from 'node:path'
import { parseArgs } from 'node:util'
import { SYSTEM } from '@/lib/access/principal'
import { requireFiles } from '@/lib/cli/require-readable'
import { isAppError } from '@/lib/domain/errors'
import { JUDGED_FIELDS } from '@/lib/domain/evaluation'
import { toRfc3339 } from '@/lib/domain/time'
import type { Difference } from '@/lib/queries/compare-judgements'
import { type Replay, replayEvaluation } from '@/lib/queries/replay-evaluation'
import { openWorkerApp } from '@/lib/runtime/app'
import { parseSettings } from '@/lib/runtime/settings'

const USAGE = `Usage: npm run --silent replay -- EVALUATION_ID

Judges the window of a stored evaluation again from stored summaries and compares every field. Reads the data folder
that PLUMBLINE_DATA_DIR names, as the server does, beside a running server or without one. Nothing is written.
Ids are in GET /api/v1/models/{model}/evaluations.

Exit code: 0 when it comes out bit for bit, 1 when it differs, 2 when there is no such evaluation or no data to read.`

/** Differences printed one by one; bins have many. */
const MAX_PRINTED = 20
const MAX_WIDTH = 60

/** @returns the exit code: 0 reproduced, 1 different, 2 unknown id or wrong usage */
export async function main(argv: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h', default: false } },
  })
  const [id = ''] = positionals
  if (values.help || !/^\d{1,15}$/.test(id) || positionals.length > 1) {
    console.error(USAGE)
    return values.help ? 0 : 2
  }
  const settings = { ...parseSettings(process.env), logLevel: 'warn' as const }
  try {
    await requireFiles(path.join(settings.dataDir, 'plumbline.db'))
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error} PLUMBLINE_DATA_DIR names the folder.`)
    return 2
  }
  const app = await openWorkerApp(settings)
  try {
    const replay = await replayEvaluation(app.contextFor(SYSTEM), Number(id))
    console.log(sayReplay(replay).join('\n'))
    return replay.differences.length === 0 ? 0 : 1
  } catch (error) {
    if (!isAppError(error) || error.code !== 'not_found') throw error
    console.error(error.message)
    return 2
  } finally {
    await app.close()
  }
}

/** Lines for the terminal: what it is about, both judgements side by side, what differs and why. */
export function sayReplay(replay: Replay): string[] {
  const { stored, replayed, differences, profile, notes } = replay
  const { basis } = stored.detail
  const subject = `${stored.metric}${stored.column ? ` of ${stored.column.family} ${stored.column.name}` : ''}`
  const differing = new Set(differences.map(({ field }) => field))
  const rows = JUDGED_FIELDS.map((field) => [field, stored[field], replayed?.[field] ?? null] as const)
  return [
    `Evaluation ${stored.id}: ${subject}, model ${replay.model}, version ${replay.version}`,
    `window ${toRfc3339(stored.windowStartMs)} to ${toRfc3339(stored.windowEndMs)}, revision ${stored.revision}, judged ${toRfc3339(stored.evaluatedMs)}${stored.historical ? ' as history' : ''}`,
    `baseline: profile ${profile.id}, revision ${profile.revision}; method: ${basis?.method ?? 'none'}; rule: ${basis?.rule ?? 'not kept'}`,
    '',
    ...table(rows.map(([field, a, b]) => [field, say(a), say(b), differing.has(field) ? 'differs' : ''])),
    ...(differing.has('reason') ? ['', `stored: ${stored.reason}`, `again:  ${replayed?.reason}`, ''] : []),
    ...sayDetail(replay),
    '',
    ...notes,
    differences.length === 0
      ? 'Identical: every field came out bit for bit.'
      : `Different in ${differences.length === 1 ? 'one field' : `${differences.length} fields`}.`,
  ]
}

function sayDetail({ stored, differences }: Replay): string[] {
  const own = differences.filter(({ field }) => field.startsWith('detail'))
  const { bins } = stored.detail
  const drawn = bins ? `, ${bins.current.length} bins of both sides` : ''
  const what = `detail: ${Object.keys(stored.detail).length} facts${drawn}`
  if (own.length === 0) return [`${what}, the same`]
  const rows = own.slice(0, MAX_PRINTED).map((each) => detailRow(each))
  const more = own.length > MAX_PRINTED ? [`and ${own.length - MAX_PRINTED} more`] : []
  return [`${what}, of which differ:`, ...table(rows), ...more]
}

function detailRow({ field, stored, replayed }: Difference): string[] {
  return [field.replace(/^detail\./, '  '), say(stored), say(replayed), 'differs']
}

/** As JSON, which writes every number exactly; sentences are cut. */
function say(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > MAX_WIDTH ? `${text.slice(0, MAX_WIDTH - 1)}…` : text
}

function table(rows: readonly (readonly string[])[]): string[] {
  const header = ['field', 'stored', 'judged again', '']
  const all = [header, ...rows]
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  return all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
