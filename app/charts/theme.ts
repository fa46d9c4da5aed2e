/** Owns which colour means what in charts; the colours themselves are custom properties of `theme.css`. */

export const SERIES_COLOURS = {
  current: 'var(--series-current)',
  reference: 'var(--series-reference)',
  second: 'var(--series-second)',
  third: 'var(--series-third)',
} as const

export type SeriesTone = keyof typeof SERIES_COLOURS

/** Patterns beside colours, so that lines stay apart without them. */
export const SERIES_DASHES: Readonly<Record<SeriesTone, string | undefined>> = {
  current: undefined,
  reference: '6 3',
  second: '8 3 2 3',
  third: '2 3',
}

export const LIMIT_COLOUR = 'var(--limit)'
export const BAND_COLOUR = 'var(--band)'
export const FIRING_COLOUR = 'var(--firing)'
export const MARKER_COLOUR = 'var(--marker)'
export const AXIS_COLOUR = 'var(--text-quiet)'
export const GRID_COLOUR = 'var(--hairline)'
