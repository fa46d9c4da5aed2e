/** Owns pointing out keys of a record that mean nothing: a typing error would otherwise lose data without a word. */
import { ALIAS_OF } from '@/lib/ingest/field-aliases'
import type { JsonObject } from '@/lib/ingest/json-value'
import { RECORD_LISTS } from '@/lib/ingest/record-lists'
import type { WarningList } from '@/lib/ingest/warnings'

/** Letters that may be wrong, missing or too many in a name that was meant. */
const MAX_DISTANCE = 2
const MIN_LENGTH = 4
const MAX_LENGTH = 40

const LISTS: ReadonlySet<string> = new Set(RECORD_LISTS)

/** Notes every key of a record or label that is no field under any name; they are left out. */
export function noteUnknownFields(warnings: WarningList, raw: JsonObject): void {
  for (const key in raw) {
    if (!ALIAS_OF.has(key)) warnings.note('unknown_field', key, () => sentence(key))
  }
}

/** The same for an object around a list of records. */
export function noteUnknownAround(warnings: WarningList, around: JsonObject): void {
  for (const key in around) {
    if (!ALIAS_OF.has(key) && !LISTS.has(key)) warnings.note('unknown_field', key, () => sentence(key))
  }
}

function sentence(key: string): string {
  const meant = nearestField(key)
  const question = meant === null ? '' : ` Did you mean "${meant}"?`
  return `This is no field of a record, and not inside its features: it was left out.${question}`
}

/** The name of a field that differs from `key` by a slip of the finger, or null. */
export function nearestField(key: string): string | null {
  if (key.length < MIN_LENGTH || key.length > MAX_LENGTH) return null
  const plain = plainName(key)
  let best: string | null = null
  let bestDistance = MAX_DISTANCE + 1
  for (const name of ALIAS_OF.keys()) {
    const distance = name.length < MIN_LENGTH ? bestDistance : editDistance(plain, plainName(name))
    if (distance < bestDistance) [best, bestDistance] = [name, distance]
  }
  return best
}

/** Without what people write differently: case, underscores, hyphens, blanks. */
function plainName(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, '')
}

/** Levenshtein distance, by the two-row form of Wagner and Fischer (1974). */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > MAX_DISTANCE) return MAX_DISTANCE + 1
  let above = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (above[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(replaced, (above[j] as number) + 1, (row[j - 1] as number) + 1))
    }
    above = row
  }
  return above[b.length] as number
}
