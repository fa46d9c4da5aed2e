/** Owns what forms offer for a model's settings. Browsers load it: it must not know the schemas, whose library is large. */

/** The narrowest and the widest budget of false alarms, in alerts a fortnight: one in 20 weeks, one a day. */
export const BUDGET_RANGE = [0.1, 14] as const

/** Presets offered in the UI: how fast the model's world changes. */
export const CADENCE_PRESETS = {
  fast: { cadence: '5m', allowedLatenessMs: 60_000 },
  normal: { cadence: '1h', allowedLatenessMs: 600_000 },
  slow: { cadence: '1d', allowedLatenessMs: 3_600_000 },
} as const
