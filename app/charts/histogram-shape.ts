/** Owns the geometry of a histogram with unequal bins: area stands for share, open ends get a narrow place at the side. */
import { formatNumber } from '@/app/format'

export interface Bins {
  /** Ends of the bins, one more than bins; null at an open end. */
  readonly edges?: readonly (number | null)[]
  readonly labels?: readonly string[]
  readonly reference: readonly number[]
  readonly current: readonly number[]
}

export interface HistogramBar {
  readonly x: number
  readonly width: number
  /** Drawn heights. */
  readonly reference: number
  readonly current: number
  readonly referenceShare: number
  readonly currentShare: number
  readonly from: number | null
  readonly to: number | null
}

export interface HistogramShape {
  readonly bars: readonly HistogramBar[]
  readonly ticks: readonly {
    readonly x: number
    readonly text: string
    readonly anchor: 'start' | 'middle' | 'end'
  }[]
}

/** Part of the width that an open end takes. */
const OPEN_END = 0.05
/** A single value is drawn this wide. */
const POINT_WIDTH = 0.008

/** Null when there is nothing to draw. Heights fit into `height`. */
export function histogramShape(bins: Bins, width: number, height: number): HistogramShape | null {
  const edges = bins.edges ?? []
  const count = bins.reference.length
  if (count === 0 || edges.length !== count + 1) return null
  const finite = edges.filter((edge): edge is number => edge !== null)
  const low = finite[0]
  const high = finite.at(-1)
  if (low === undefined || high === undefined) return null
  const leftOpen = edges[0] === null ? OPEN_END * width : 0
  const rightOpen = edges.at(-1) === null ? OPEN_END * width : 0
  const inner = width - leftOpen - rightOpen
  const x = (value: number) => leftOpen + (high === low ? 0.5 : (value - low) / (high - low)) * inner
  const boxes = bins.reference.map((_, index) => {
    const from = edges[index] ?? null
    const to = edges[index + 1] ?? null
    const left = from === null ? 0 : x(from)
    const right = to === null ? width : x(to)
    return { from, to, x: left, width: Math.max(right - left, POINT_WIDTH * width) }
  })
  const density = (share: number, boxWidth: number) => share / boxWidth
  let top = Number.MIN_VALUE
  boxes.forEach((box, index) => {
    top = Math.max(
      top,
      density(bins.reference[index] ?? 0, box.width),
      density(bins.current[index] ?? 0, box.width),
    )
  })
  const bars = boxes.map((box, index) => {
    const referenceShare = bins.reference[index] ?? 0
    const currentShare = bins.current[index] ?? 0
    return {
      ...box,
      x: round(box.x),
      width: round(box.width),
      reference: round((density(referenceShare, box.width) / top) * height),
      current: round((density(currentShare, box.width) / top) * height),
      referenceShare,
      currentShare,
    }
  })
  return { bars, ticks: ticksOf(low, high, x, leftOpen > 0, rightOpen > 0, width) }
}

function ticksOf(
  low: number,
  high: number,
  x: (value: number) => number,
  isLeftOpen: boolean,
  isRightOpen: boolean,
  width: number,
): HistogramShape['ticks'] {
  if (low === high) return [{ x: x(low), text: formatNumber(low), anchor: 'middle' }]
  return [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const value = low + part * (high - low)
    const at = round(x(value))
    const isLeftEdge = part === 0 && !isLeftOpen
    const isRightEdge = part === 1 && (!isRightOpen || at > width - 30)
    return { x: at, text: formatNumber(value), anchor: isLeftEdge ? 'start' : isRightEdge ? 'end' : 'middle' }
  })
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
