/** Owns counting what validation found, by client: in memory first, written down about once a second. Holds no values. */

import type { MetadataStore } from '@/db/contracts/metadata-store'
import type { ValidationCount } from '@/db/contracts/rule-records'
import type { Context } from '@/lib/access/context'
import type { Principal } from '@/lib/access/principal'
import { alignDown, DAY_MS } from '@/lib/domain/time'
import type { ActiveReferences } from '@/lib/services/models/mapping/active-references'
import type { ValidatedRecord } from '@/lib/services/validation/validated-record'

const WRITE_EVERY_MS = 1_000
/** Different counts a day; names of fields can be made up without end. */
const MAX_ROWS_A_DAY = 5_000
const MAX_WAITING = 5_000

type Waiting = { -readonly [K in keyof ValidationCount]: ValidationCount[K] }

interface Tally {
  readonly counts: Map<string, Waiting>
  timer: NodeJS.Timeout | null
}

const tallies = new WeakMap<object, Tally>()

/** Counts the records of a request and what was found in them. */
export function countFindings(
  ctx: Context,
  results: readonly ValidatedRecord[],
  references: ReadonlyMap<string, ActiveReferences>,
): void {
  const tally = tallyOf(ctx.metadata)
  const clientId = clientIdOf(ctx.principal)
  for (const { model, findings } of results) {
    const modelId = model === null ? undefined : references.get(model)?.modelId
    if (modelId === undefined) continue
    const add = (field: string, code: string) => addOne(tally, { clientId, modelId, field, code }, ctx.nowMs)
    add('', 'checked')
    const faults = findings.filter(({ severity }) => severity === 'fault')
    if (faults.length > 0) add('', 'refused')
    for (const { field, code } of faults) add(field, code)
  }
  tally.timer ??= setTimeout(() => {
    writeFindings(ctx.metadata).catch((error: unknown) =>
      ctx.logger.warn({ err: error }, 'counts of validation were not written down'),
    )
  }, WRITE_EVERY_MS).unref()
}

/** Writes down what was counted so far. */
export async function writeFindings(metadata: MetadataStore): Promise<void> {
  const tally = tallies.get(metadata)
  if (tally === undefined) return
  if (tally.timer !== null) clearTimeout(tally.timer)
  tally.timer = null
  const counts = [...tally.counts.values()]
  tally.counts.clear()
  if (counts.length > 0) await metadata.addValidationCounts(counts, MAX_ROWS_A_DAY)
}

/** Whom counts are told of: the first key of a client, 0 for the operator's key, -1 for people. */
function clientIdOf(principal: Principal): number {
  return principal.kind === 'key' ? (principal.clientId ?? principal.keyId) : -1
}

function addOne(
  { counts }: Tally,
  { clientId, modelId, field, code }: Pick<ValidationCount, 'clientId' | 'modelId' | 'field' | 'code'>,
  nowMs: number,
): void {
  const dayMs = alignDown(nowMs, DAY_MS)
  const name = counts.size >= MAX_WAITING ? '' : field
  const key = `${dayMs} ${clientId} ${modelId} ${code} ${name}`
  const known = counts.get(key)
  if (known) {
    known.count++
    known.lastMs = Math.max(known.lastMs, nowMs)
  } else counts.set(key, { dayMs, clientId, modelId, field: name, code, count: 1, lastMs: nowMs })
}

function tallyOf(metadata: object): Tally {
  let tally = tallies.get(metadata)
  if (tally === undefined) {
    tally = { counts: new Map(), timer: null }
    tallies.set(metadata, tally)
  }
  return tally
}
