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
export const MARKER_COLOUR = 'var(--marker)'
export const AXIS_COLOUR = 'var(--text-quiet)'
export const GRID_COLOUR = 'var(--hairline)'

/** How lines and areas are drawn: the still picture and the plot that takes its place look the same. */
export const SERIES_STROKE = { strokeWidth: 1.6 } as const
/** Of a window that is not over yet, in place of the series' own pattern. */
export const PARTIAL_DASH = '2 3'
export const LIMIT_STROKE = { stroke: LIMIT_COLOUR, strokeWidth: 1, strokeDasharray: '5 4' } as const
export const ONSET_STROKE = { stroke: LIMIT_COLOUR, strokeDasharray: '2 2' } as const
export const MARKER_STROKE = { stroke: MARKER_COLOUR } as const
export const FIRING_FILL = { fill: 'var(--firing)', fillOpacity: 0.75 } as const
export const BAND_FILL = { fill: 'var(--band)' } as const
export const SELECTED_FILL = { fill: 'var(--accent)', fillOpacity: 0.18, stroke: 'var(--accent)' } as const
