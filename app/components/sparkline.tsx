/** Owns the tiny step line in table rows: plain SVG made on the server, with the limit as a dashed line. */
import styles from '@/app/components/sparkline.module.css'
import type { SparkPoint } from '@/lib/queries/fleet'

const WIDTH = 160
const HEIGHT = 24

/** `limit` in the unit of the values; points above it are marked. `label` says what the line shows. */
export function Sparkline({
  points,
  limit,
  label,
}: {
  points: readonly SparkPoint[]
  limit: number | null
  label: string
}) {
  const first = points[0]
  const last = points.at(-1)
  if (!first || !last) return <span className={styles.empty}>no windows yet</span>
  const top = Math.max(...points.map((point) => point.value ?? 0), (limit ?? 0) * 1.15, Number.MIN_VALUE)
  const gapMs = medianGap(points)
  const spanMs = last.atMs - first.atMs + gapMs
  const x = (atMs: number) => round(((atMs - first.atMs) / spanMs) * WIDTH)
  const y = (value: number) => round(HEIGHT - 1 - (value / top) * (HEIGHT - 3))
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={label}
      className={styles.spark}
    >
      {limit !== null && <line x1="0" x2={WIDTH} y1={y(limit)} y2={y(limit)} className={styles.limit} />}
      <path d={stepPath(points, x, y, gapMs)} className={styles.line} />
      {limit !== null && (
        <path d={stepPath(points, x, y, gapMs, (value) => value > limit)} className={styles.above} />
      )}
    </svg>
  )
}

/** A step for each point; a missing value, or a wider distance to the next point, breaks the line. */
function stepPath(
  points: readonly SparkPoint[],
  x: (atMs: number) => number,
  y: (value: number) => number,
  gapMs: number,
  isDrawn: (value: number) => boolean = () => true,
): string {
  let path = ''
  let isOpen = false
  points.forEach((point, index) => {
    if (point.value === null || !isDrawn(point.value)) {
      isOpen = false
      return
    }
    const next = points[index + 1]
    const isContinued = next !== undefined && next.atMs - point.atMs <= gapMs * 1.5
    const endMs = isContinued ? next.atMs : point.atMs + gapMs
    path += `${isOpen ? 'L' : 'M'}${x(point.atMs)} ${y(point.value)}H${x(endMs)}`
    isOpen = isContinued
  })
  return path
}

function medianGap(points: readonly SparkPoint[]): number {
  const gaps = points.slice(1).map((point, index) => point.atMs - (points[index]?.atMs ?? point.atMs))
  return gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 3_600_000
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
