/** Owns reading all summaries of a data folder, making them anew from its log, and telling where two sets differ. For tests only. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { comparePositions } from '@/db/contracts/log-store'
import { NO_PROFILE } from '@/db/contracts/series-store'
import { openReaderStores, openWriterStores, type ReaderStores } from '@/db/sqlite/open'
import { SYSTEM } from '@/lib/access/principal'
import { testContext } from '@/lib/access/testing'
import { columnKey } from '@/lib/domain/column'
import { BUCKET_LEVELS } from '@/lib/domain/time'
import { joinLabels } from '@/lib/services/labels/join-labels'
import { summarise } from '@/lib/services/summaries/summarise'
import { decodeSummary } from '@/lib/summary/codec'
import type { Summary } from '@/lib/summary/types'

const CATCH_UP_LIMIT_MS = 30_000

/** Every summary of a model, by version, level, start and column. */
export type AllSummaries = ReadonlyMap<string, Summary>

/** Waits until the worker beside has read the log to its end, then reads everything. */
export async function summariesOf(dataDir: string, model: string): Promise<AllSummaries> {
  const stores = await openReaderStores({ dataDir })
  try {
    await untilCaughtUp(stores)
    return await readAll(stores, model)
  } finally {
    await stores.close()
  }
}

/** The same, made again in one go by a fresh worker from a copy of the log, under the profiles that are active. */
export async function recomputedFrom(dataDir: string, model: string, nowMs: number): Promise<AllSummaries> {
  const dir = mkdtempSync(path.join(tmpdir(), 'plumbline-again-'))
  const original = await openReaderStores({ dataDir })
  try {
    cpSync(path.join(dataDir, 'log'), path.join(dir, 'log'), { recursive: true })
    const stores = await openWriterStores({ dataDir: dir, nowMs, ballastBytes: 0 })
    try {
      await copyProfiles(original, stores, model, nowMs)
      const ctx = testContext(stores, { principal: SYSTEM, nowMs })
      while ((await summarise(ctx)).records > 0);
      while ((await joinLabels(ctx)).labels > 0);
      return await readAll(stores, model)
    } finally {
      await stores.close()
    }
  } finally {
    await original.close()
    rmSync(dir, { recursive: true, force: true })
  }
}

async function copyProfiles(
  from: ReaderStores,
  to: ReaderStores,
  model: string,
  nowMs: number,
): Promise<void> {
  const known = await from.metadata.findModel(model)
  for (const version of known ? await from.metadata.listVersions(known.id) : []) {
    const made = await to.metadata.registerVersion(model, version.name, nowMs)
    const active = version.profileId === null ? null : await from.metadata.findProfile(version.profileId)
    if (active === null) continue
    const { id } = await to.metadata.addProfile(made.version.id, active.profile, nowMs)
    await to.metadata.activateProfile(id, [], nowMs)
  }
}

async function untilCaughtUp({ log, series }: ReaderStores): Promise<void> {
  const deadline = performance.now() + CATCH_UP_LIMIT_MS
  const isAtEnd = async () => {
    const [head, done] = [await log.head(), await series.position('records')]
    if (head !== null && (done === null || comparePositions(done, head) < 0)) return false
    return (await log.readLabels(await series.position('labels'), 1)).length === 0
  }
  while (!(await isAtEnd())) {
    if (performance.now() > deadline) throw new Error('the summaries did not catch up with the log')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function readAll({ metadata, series }: ReaderStores, name: string): Promise<AllSummaries> {
  const all = new Map<string, Summary>()
  const model = await metadata.findModel(name)
  const range = { startMs: 0, endMs: Number.MAX_SAFE_INTEGER }
  for (const version of model ? await metadata.listVersions(model.id) : []) {
    const names = new Map((await metadata.listColumns(version.id)).map((c) => [c.columnId, columnKey(c)]))
    for (const profileId of new Set([NO_PROFILE, version.profileId ?? NO_PROFILE])) {
      for (const level of BUCKET_LEVELS) {
        const stored = await series.read({ versionId: version.id, profileId, level, range })
        for (const { columnId, startMs, bytes } of stored) {
          const column = names.get(columnId) ?? `series ${columnId}`
          const grid = profileId === NO_PROFILE ? 'own' : 'profile'
          all.set(`${version.name} ${grid} ${level} ${startMs} ${column}`, decodeSummary(bytes))
        }
      }
    }
  }
  return all
}

/** Of what is kept as doubles: adding up in another order rounds differently. All else is whole numbers. */
const ROUNDED: ReadonlySet<string> = new Set([
  'moments',
  'lengths',
  'latencyMoments',
  'memory',
  'load',
  'absoluteError',
  'squaredError',
  'error',
  'actualSum',
  'actualSquares',
])
const RELATIVE_ERROR = 1e-12

/** Where two values differ, by path; nothing when they are the same, bit for bit save for what is rounded. */
export function differences(a: unknown, b: unknown, at = '', scale = 0): string[] {
  if (a instanceof Map && b instanceof Map) {
    return [...new Set([...a.keys(), ...b.keys()])].flatMap((key) =>
      differences(a.get(key), b.get(key), `${at}/${String(key)}`, scale),
    )
  }
  if (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null) {
    const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>]
    const isRounded = 'm4' in a && 'min' in a
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) => {
      const bound = isRounded ? scaleOf(left, key) : ROUNDED.has(key) ? largest(left[key], right[key]) : 0
      return differences(left[key], right[key], `${at}/${key}`, bound)
    })
  }
  if (Object.is(a, b)) return []
  if (typeof a === 'number' && typeof b === 'number' && Math.abs(a - b) <= RELATIVE_ERROR * scale) return []
  return [`${at}: ${String(a)} against ${String(b)}`]
}

const largest = (a: unknown, b: unknown) => Math.max(Math.abs(Number(a)), Math.abs(Number(b)), 1)

/** What a moment is measured against: its own power of the largest value, for every value. The count is exact. */
function scaleOf(moments: Record<string, unknown>, key: string): number {
  const power = ['n', 'mean', 'm2', 'm3', 'm4'].indexOf(key)
  if (power < 1) return 0
  const widest = Math.max(Math.abs(Number(moments.min)), Math.abs(Number(moments.max)), 1)
  return Number(moments.n) * widest ** power
}
