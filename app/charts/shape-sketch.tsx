/** Owns the tiny picture of a reference column's distribution. Plain SVG, no script. */
import styles from '@/app/charts/distribution.module.css'
import { formatShare } from '@/app/format'
import type { ProfileColumn } from '@/lib/queries/profile'

const WIDTH = 120
const HEIGHT = 24

export function ShapeSketch({ column }: { column: Pick<ProfileColumn, 'name' | 'bins' | 'topLabels'> }) {
  const { bins } = column
  if (!bins || bins.shares.length === 0) return <span>–</span>
  const top = Math.max(...bins.shares, Number.MIN_VALUE)
  const width = WIDTH / bins.shares.length
  const label =
    bins.labels === undefined
      ? `Distribution of ${column.name}`
      : `Most frequent: ${column.topLabels.map((entry) => `${entry.label} ${formatShare(entry.share)}`).join(', ')}`
  const path = bins.shares
    .map((share, index) => {
      const height = Math.round((share / top) * HEIGHT * 10) / 10
      return `M${round(index * width)} ${HEIGHT}V${HEIGHT - height}H${round((index + (bins.labels ? 0.85 : 1)) * width)}V${HEIGHT}Z`
    })
    .join('')
  return (
    <svg width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <title>{label}</title>
      <path d={path} className={styles.reference} />
    </svg>
  )
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
