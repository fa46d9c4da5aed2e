/** Owns what a chart over time is given: plain points, and no URL. */
import type { SeriesTone } from '@/app/charts/theme'
import type { MetricUnit } from '@/lib/domain/metric'
import type { ChartPoint } from '@/lib/queries/chart-point'

export interface ChartSeries {
  readonly label: string
  readonly tone: SeriesTone
  readonly points: readonly ChartPoint[]
}

export type ChartUnit = MetricUnit | 'ratio'

/** A moment worth a thin vertical. */
export interface ChartMarker {
  readonly atMs: number
  readonly label: string
  /** Where to read more. */
  readonly link?: string | null
}

export interface TimeChartProps {
  /** Says what is drawn, for those who do not see it. */
  readonly label: string
  readonly series: readonly ChartSeries[]
  readonly startMs: number
  readonly endMs: number
  readonly zone: string
  readonly unit: ChartUnit
  /** How far the reference moves by itself. */
  readonly band?: readonly [number, number] | null
  readonly firing?: readonly { readonly startMs: number; readonly endMs: number }[]
  readonly markers?: readonly ChartMarker[]
  readonly onsetMs?: number | null
  readonly selectedMs?: number | null
  /** The axis need not begin at zero. */
  readonly isZoomed?: boolean
  readonly height?: number
  /** Charts of one group show their tooltips together. */
  readonly group?: string
  readonly onSelect?: (startMs: number) => void
}
