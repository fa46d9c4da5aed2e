/** Owns collecting the windows that a step touched, and when each may be judged. */
import type { DueWindow } from '@/db/contracts/series-store'
import type { Model } from '@/lib/domain/model'
import { type TimeRange, windowContaining } from '@/lib/domain/time'

/** History arrives in many steps: its windows wait this long after the last, to be judged once. */
export const BACKFILL_SETTLES_MS = 2_000

interface Touched {
  readonly window: TimeRange
  backfill: boolean
}

/** Windows of one version. */
export class TouchedWindows {
  private readonly byStart = new Map<number, Touched>()
  private last: Touched | null = null

  constructor(
    private readonly versionId: number,
    private readonly settings: Model['settings'],
    private readonly nowMs: number,
  ) {}

  /** Marks the window of an instant and returns it. */
  touch(atMs: number, backfill: boolean): TimeRange {
    if (this.last === null || atMs < this.last.window.startMs || atMs >= this.last.window.endMs) {
      const window = windowContaining(this.settings.cadence, atMs)
      this.last = this.byStart.get(window.startMs) ?? { window, backfill: true }
      this.byStart.set(window.startMs, this.last)
    }
    if (!backfill) this.last.backfill = false
    return this.last.window
  }

  windows(): DueWindow[] {
    return [...this.byStart.values()].map(({ window, backfill }) => ({
      versionId: this.versionId,
      ...window,
      dueMs: this.dueMs(window, backfill),
      backfill,
    }))
  }

  private dueMs(window: TimeRange, backfill: boolean): number {
    const dueMs = window.endMs + this.settings.allowedLatenessMs
    return backfill && dueMs <= this.nowMs ? this.nowMs + BACKFILL_SETTLES_MS : dueMs
  }
}
