/** Owns in which scale and with which sign a unit is written; knows no rounding. */
import type { MetricUnit } from '@/lib/domain/metric'
import { readableRate } from '@/lib/domain/rate'

export const RATE_SIGNS = { second: 's', minute: 'min', hour: 'h', day: 'd' } as const

export interface UnitScale {
  readonly factor: number
  /** Written behind the number, with its space. */
  readonly sign: string
}

/**
 * The scale in which a value like this one is written; null for units that are rounded by rules of their own.
 * @param like rates are written in the unit of time in which this one reads plainly
 */
export function unitScale(like: number, unit: MetricUnit): UnitScale | null {
  switch (unit) {
    case 'share':
      return { factor: 100, sign: ' %' }
    case 'ms':
      return like >= 10_000 ? { factor: 0.001, sign: ' s' } : { factor: 1, sign: ' ms' }
    case 'per_second': {
      const rate = readableRate(like)
      return { factor: rate.seconds, sign: `/${RATE_SIGNS[rate.unit]}` }
    }
    case 'characters':
      return { factor: 1, sign: ' chars' }
    case 'distance':
    case 'number':
      return { factor: 1, sign: '' }
    case 'count':
    case 'bytes':
      return null
  }
}
