/** Owns where the labels of markers stand on a chart over time, so that none lies on another. Knows no drawing. */
import type { ChartMarker } from '@/app/charts/time-chart-props'

/** Pixels of the plot area that labels are placed for: a usual one, and that of a phone. */
const WIDTHS = { usual: 900, phone: 300 } as const
/** Of a letter, and between a label and its line. */
const LETTER = 6.3
const GAP = 4
/** Room beyond the right end of the plot. */
const MARGIN_RIGHT = 8
const LABEL_LENGTH = 18
const ONSET_LETTERS = 'onset'.length

type Side = 'left' | 'right'

export interface PlacedMarker {
  readonly atMs: number
  /** Null where it would lie on another: the tooltip and the table name it all the same. */
  readonly text: string | null
  readonly side: Side
  /** There is no room for its text on a phone. */
  readonly isSpare: boolean
}

interface Span {
  readonly startMs: number
  readonly endMs: number
  readonly onsetMs: number | null
}

/**
 * Labels stand beside their line, to the right if there is room. The word "onset" stands to the right of its line.
 * @param width pixels of the plot area, where they are known
 */
export function placeLabels(markers: readonly ChartMarker[], span: Span, width?: number): PlacedMarker[] {
  const sorted = [...markers]
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ atMs, label }) => ({ atMs, text: cut(label) }))
  const narrow = placeAt(sorted, span, width ?? WIDTHS.phone, [])
  const sides = placeAt(sorted, span, width ?? WIDTHS.usual, narrow)
  return sorted.map(({ atMs, text }, at) => {
    const side = sides[at] ?? null
    return {
      atMs,
      text: side === null ? null : text,
      side: side ?? 'right',
      isSpare: side !== null && narrow[at] !== side,
    }
  })
}

/** @param wishes sides to try first */
function placeAt(
  markers: readonly { readonly atMs: number; readonly text: string }[],
  { startMs, endMs, onsetMs }: Span,
  width: number,
  wishes: readonly (Side | null)[],
): (Side | null)[] {
  const x = (atMs: number) => ((atMs - startMs) / (endMs - startMs)) * width
  const taken: (readonly [number, number])[] = []
  if (onsetMs !== null) taken.push([x(onsetMs), x(onsetMs) + GAP + ONSET_LETTERS * LETTER])
  const isFree = ([from, to]: readonly [number, number]) =>
    from >= 0 && to <= width + MARGIN_RIGHT && taken.every(([start, end]) => to <= start || from >= end)
  return markers.map(({ atMs, text }, at) => {
    const size = GAP + [...text].length * LETTER
    const places = { right: [x(atMs), x(atMs) + size], left: [x(atMs) - size, x(atMs)] } as const
    const order: readonly Side[] = wishes[at] === 'left' ? ['left', 'right'] : ['right', 'left']
    const side = order.find((candidate) => isFree(places[candidate])) ?? null
    if (side !== null) taken.push(places[side])
    return side
  })
}

function cut(label: string): string {
  const letters = [...label]
  return letters.length > LABEL_LENGTH ? `${letters.slice(0, LABEL_LENGTH - 1).join('')}…` : label
}
