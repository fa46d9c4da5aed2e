/** Owns the band of a drift chart in which a value means nothing. */

/** How far the reference's own chunks swing; null where they are all alike. */
export function swingBand(variation: number | undefined): readonly [number, number] | null {
  return variation === undefined || variation <= 0 ? null : [0, variation]
}
