/** Owns the unit of time in which a rate reads best; knows no metric. */

/** Units of time, shortest first. */
const UNITS = [
  ['second', 1],
  ['minute', 60],
  ['hour', 3_600],
  ['day', 86_400],
] as const

/** The shortest unit of time in which something happens once at least, else a day: 0.25 a second is 15 a minute. */
export function readableRate(perSecond: number): {
  readonly unit: (typeof UNITS)[number][0]
  readonly seconds: number
} {
  const [unit, seconds] = UNITS.find(([, length]) => Math.abs(perSecond) * length >= 1) ?? UNITS[3]
  return { unit, seconds }
}
