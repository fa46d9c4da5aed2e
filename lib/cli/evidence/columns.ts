/** Owns turning latent values into the columns of an evidence stream, and what may be wrong with one of them. */

import { LatentStream, type World } from '@/lib/cli/evidence/latent'
import { createMulberry32 } from '@/lib/stats/mulberry32'
import { normalQuantile } from '@/lib/stats/special/normal'

export const COLUMN_KINDS = ['normal', 'skewed', 'discrete', 'categorical'] as const
export type EvidenceKind = (typeof COLUMN_KINDS)[number]

export type EvidenceValue = number | string | null

/** Columns by position; every column as long as the table has rows. */
export interface EvidenceTable {
  readonly names: readonly string[]
  readonly columns: readonly EvidenceValue[][]
}

/** What is planted into one column. */
export type Planted =
  | { readonly kind: 'none' }
  | { readonly kind: 'shift'; readonly sigma: number }
  | { readonly kind: 'spread'; readonly factor: number }
  | { readonly kind: 'nulls'; readonly share: number }
  | { readonly kind: 'new_category'; readonly share: number }
  | { readonly kind: 'category_moves'; readonly share: number }

export const NOTHING: Planted = { kind: 'none' }

const CATEGORY_SHARES = [0.4, 0.3, 0.15, 0.1, 0.05]
const CUTS = CATEGORY_SHARES.slice(0, -1).map((_, index) =>
  normalQuantile(CATEGORY_SHARES.slice(0, index + 1).reduce((sum, share) => sum + share, 0)),
)
const LABELS = ['card', 'transfer', 'wallet', 'cash', 'cheque']

/** A stream of tables: kinds of columns take turns, after the kind of the first one where it is given. */
export class ColumnStream {
  readonly names: readonly string[]
  private readonly kinds: readonly EvidenceKind[]
  private readonly latent: LatentStream
  private readonly faults = createMulberry32(0)

  constructor(world: World, columns: number, seed: number, first: EvidenceKind = 'normal') {
    this.kinds = Array.from({ length: columns }, (_, index) => (index === 0 ? first : kindAt(index)))
    this.names = this.kinds.map((kind, index) => `${kind}_${index}`)
    this.latent = new LatentStream(world, columns, seed)
    this.faults = createMulberry32(seed ^ 0x5bd1e995)
  }

  /** The next `rows` records, all of one hour; `planted` befalls the first column. */
  take(rows: number, hour: number, planted: Planted = NOTHING): EvidenceTable {
    const columns = this.kinds.map(() => new Array<EvidenceValue>(rows))
    const record = new Float64Array(this.kinds.length)
    for (let row = 0; row < rows; row++) {
      this.latent.next(hour, record)
      for (let column = 0; column < record.length; column++) {
        const values = columns[column]
        const kind = this.kinds[column]
        if (!values || !kind) continue
        const z = record[column] ?? 0
        values[row] = column === 0 ? this.spoil(kind, z, planted) : drawnValue(kind, z)
      }
    }
    return { names: this.names, columns }
  }

  private spoil(kind: EvidenceKind, z: number, planted: Planted): EvidenceValue {
    switch (planted.kind) {
      case 'none':
        return drawnValue(kind, z)
      case 'shift':
        return drawnValue(kind, z + planted.sigma)
      case 'spread':
        return drawnValue(kind, z * planted.factor)
      case 'nulls':
        return this.faults.uniform() < planted.share ? null : drawnValue(kind, z)
      case 'new_category':
        return this.faults.uniform() < planted.share ? 'voucher' : drawnValue(kind, z)
      case 'category_moves': {
        // From the most frequent category to the second, so that its share falls by `share`.
        const value = drawnValue(kind, z)
        const part = planted.share / (CATEGORY_SHARES[0] ?? 1)
        return value === LABELS[0] && this.faults.uniform() < part ? (LABELS[1] ?? null) : value
      }
    }
  }
}

function kindAt(index: number): EvidenceKind {
  return COLUMN_KINDS[index % COLUMN_KINDS.length] ?? 'normal'
}

function drawnValue(kind: EvidenceKind, z: number): EvidenceValue {
  switch (kind) {
    case 'normal':
      return z
    case 'skewed':
      return Math.exp(0.8 * z)
    case 'discrete':
      return Math.max(0, Math.round(4 + 2 * z))
    case 'categorical': {
      const cut = CUTS.findIndex((edge) => z <= edge)
      return LABELS[cut < 0 ? LABELS.length - 1 : cut] ?? null
    }
  }
}
