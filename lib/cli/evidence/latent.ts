/** Owns the random world behind an evidence stream: columns that may be correlated, seasonal and slow to forget. */
import { createMulberry32, type Mulberry32 } from '@/lib/stats/mulberry32'

export interface World {
  /** Correlation of any two columns in one record; 0: independent. */
  readonly correlation: number
  /** Correlation of a record with the one before it (first-order autoregression); 0: none. */
  readonly memory: number
  /** Amplitude of the daily cycle of a column's mean, in standard deviations. */
  readonly daily: number
  /** How much weekends lie above weekdays, in standard deviations. */
  readonly weekend: number
  /** Busiest hour over quietest hour. */
  readonly trafficSwing: number
}

export const STILL_WORLD: World = { correlation: 0, memory: 0, daily: 0, weekend: 0, trafficSwing: 1 }

const HOURS_A_DAY = 24
const DAYS_A_WEEK = 7

/** Records of an hour when the mean hour has `mean`. */
export function recordsInHour(world: World, hour: number, mean: number): number {
  const wave = (1 - Math.cos((2 * Math.PI * (hour % HOURS_A_DAY)) / HOURS_A_DAY)) / 2
  const low = (2 * mean) / (1 + world.trafficSwing)
  return Math.max(1, Math.round(low + (world.trafficSwing - 1) * low * wave))
}

/** Draws standard normal values by column and record; one continuous stream. */
export class LatentStream {
  private readonly random: Mulberry32
  private readonly levels: Float64Array
  private common = 0

  constructor(
    private readonly world: World,
    columns: number,
    seed: number,
  ) {
    this.random = createMulberry32(seed)
    this.levels = new Float64Array(columns)
    this.common = this.random.normal()
    for (let column = 0; column < columns; column++) this.levels[column] = this.random.normal()
  }

  /** Values of the next record, written to `into`: mean 0, deviation 1, plus the season of the hour. */
  next(hour: number, into: Float64Array): void {
    const { correlation, memory } = this.world
    const fresh = Math.sqrt(1 - memory * memory)
    if (correlation > 0) this.common = memory * this.common + fresh * this.random.normal()
    const shared = Math.sqrt(correlation) * this.common
    const own = Math.sqrt(1 - correlation)
    for (let column = 0; column < this.levels.length; column++) {
      const level = memory * (this.levels[column] ?? 0) + fresh * this.random.normal()
      this.levels[column] = level
      into[column] = shared + own * level + this.season(hour, column)
    }
  }

  /** Columns peak at different hours; every other column knows weekends. */
  private season(hour: number, column: number): number {
    const { daily, weekend } = this.world
    if (daily === 0 && weekend === 0) return 0
    const wave = Math.sin((2 * Math.PI * ((hour % HOURS_A_DAY) + column)) / HOURS_A_DAY)
    const isWeekend = Math.floor(hour / HOURS_A_DAY) % DAYS_A_WEEK >= 5
    return daily * wave + (isWeekend && column % 2 === 0 ? weekend : 0)
  }
}
