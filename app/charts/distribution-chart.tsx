/** Owns drawing two samples against each other: shares on true bin widths, or bars by category. Plain SVG, no script. */
import styles from '@/app/charts/distribution.module.css'
import { type Bins, histogramShape } from '@/app/charts/histogram-shape'
import { formatNumber, formatShare } from '@/app/format'

const WIDTH = 420
const HEIGHT = 190
const BASE = HEIGHT - 22

export function DistributionChart({ bins, label }: { bins: Bins; label: string }) {
  return (
    <div>
      <p className={styles.legend}>
        <span className={styles.referenceKey}>reference</span>
        <span className={styles.currentKey}>this window</span>
      </p>
      {bins.labels ? <CategoryBars bins={bins} /> : <Histogram bins={bins} label={label} />}
    </div>
  )
}

function Histogram({ bins, label }: { bins: Bins; label: string }) {
  const shape = histogramShape(bins, WIDTH, BASE - 8)
  if (!shape) return <p>These values cannot be drawn.</p>
  const bottom = (height: number) => BASE - height
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className={styles.histogram} role="img" aria-label={label}>
      <path
        className={styles.reference}
        d={outline(
          shape.bars.map((bar) => ({ ...bar, height: bar.reference })),
          true,
        )}
      />
      <path
        className={styles.current}
        d={outline(
          shape.bars.map((bar) => ({ ...bar, height: bar.current })),
          false,
        )}
      />
      <line x1="0" x2={WIDTH} y1={BASE} y2={BASE} className={styles.axis} />
      {shape.bars.map((bar) => (
        <rect
          key={`${bar.from} ${bar.to}`}
          x={bar.x}
          y="0"
          width={Math.max(bar.width, 0.5)}
          height={BASE}
          className={styles.hover}
        >
          <title>{`${rangeText(bar)}: reference ${formatShare(bar.referenceShare)}, this window ${formatShare(bar.currentShare)}`}</title>
        </rect>
      ))}
      {shape.ticks.map((tick) => (
        <text key={tick.x} x={tick.x} y={HEIGHT - 6} textAnchor={tick.anchor} className={styles.tick}>
          {tick.text}
        </text>
      ))}
    </svg>
  )

  function outline(bars: { x: number; width: number; height: number }[], isClosed: boolean): string {
    const steps = bars.map((bar) => `L${bar.x} ${bottom(bar.height)}H${bar.x + bar.width}`).join('')
    const start = bars[0]?.x ?? 0
    return `M${start} ${BASE}${steps}V${BASE}${isClosed ? 'Z' : ''}`
  }
}

/** The picture alone, for table rows. */
export function MiniHistogram({ bins, label }: { bins: Bins; label: string }) {
  const equal = bins.labels
    ? {
        ...bins,
        labels: undefined,
        edges: bins.reference.map((_, index) => index).concat(bins.reference.length),
      }
    : bins
  const shape = histogramShape(equal, 120, 26)
  if (!shape) return null
  const path = (of: 'reference' | 'current') =>
    `M0 28${shape.bars.map((bar) => `L${bar.x} ${28 - bar[of]}H${bar.x + bar.width}`).join('')}V28`
  return (
    <svg viewBox="0 0 120 28" width="120" height="28" role="img" aria-label={label}>
      <path className={styles.reference} d={`${path('reference')}Z`} />
      <path className={styles.current} d={path('current')} />
    </svg>
  )
}

function rangeText(bar: { from: number | null; to: number | null }): string {
  if (bar.from === null) return `below ${formatNumber(bar.to)}`
  if (bar.to === null) return `above ${formatNumber(bar.from)}`
  return bar.from === bar.to
    ? `exactly ${formatNumber(bar.from)}`
    : `${formatNumber(bar.from)} to ${formatNumber(bar.to)}`
}

function CategoryBars({ bins }: { bins: Bins }) {
  const labels = bins.labels ?? []
  const top = Math.max(...bins.reference, ...bins.current, Number.MIN_VALUE)
  return (
    <ul className={styles.categories}>
      {labels.map((label, index) => (
        <li key={label} className={styles.category}>
          <bdi className={styles.categoryName} title={label}>
            {label === '' ? '(empty text)' : label}
          </bdi>
          <svg
            viewBox="0 0 200 18"
            preserveAspectRatio="none"
            className={styles.categoryBars}
            aria-hidden="true"
          >
            <rect
              x="0"
              y="1"
              height="7"
              width={((bins.reference[index] ?? 0) / top) * 200}
              className={styles.referenceBar}
            />
            <rect
              x="0"
              y="10"
              height="7"
              width={((bins.current[index] ?? 0) / top) * 200}
              className={styles.currentBar}
            />
          </svg>
          <span className={styles.shares}>
            {formatShare(bins.reference[index])} → {formatShare(bins.current[index])}
          </span>
        </li>
      ))}
    </ul>
  )
}
