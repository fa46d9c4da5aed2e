/** Owns how the lines of several versions are told apart: the one looked at is current, the others recede. */
import type { ChartSeries } from '@/app/charts/time-chart-props'
import type { VersionSeries } from '@/lib/queries/neighbour-versions'

const TONES = ['current', 'reference', 'third'] as const

export function versionSeries(lines: readonly VersionSeries[]): ChartSeries[] {
  return lines.map((line, index) => ({
    label: line.version,
    tone: TONES[index] ?? 'reference',
    points: line.points,
  }))
}
