/** Owns how numbers that are read beside each other are written: with the same decimals. Knows no unit. */

/** Smaller and larger ones are written with an exponent. */
const PLAIN = { from: 0.001, below: 1e9 }
const MAX_DECIMALS = 6

/**
 * Numbers with the decimals that give the largest three significant digits and the smallest at least one; zeros that
 * all of them end with are dropped: 0.313 and 0.1 are `0.313` and `0.100`, 0.31 and 0.2 are `0.31` and `0.20`.
 * @param values finite numbers
 */
export function writeAlike(values: readonly number[]): string[] {
  const sizes = values.map(Math.abs).filter((size) => size > 0)
  const largest = Math.max(0, ...sizes)
  if (sizes.length > 0 && (largest < PLAIN.from || largest >= PLAIN.below)) {
    return values.map((value) => (value === 0 ? '0' : value.toExponential(2)))
  }
  const decimals = Math.min(
    MAX_DECIMALS,
    Math.max(0, 2 - magnitude(largest), -magnitude(Math.min(largest, ...sizes))),
  )
  const form = formOf(decimals)
  let texts = values.map((value) => form.format(value))
  while (texts.every((text) => /\.\d*0$/.test(text))) texts = texts.map((text) => text.slice(0, -1))
  return texts.map((text) => text.replace(/\.$/, ''))
}

const forms: Intl.NumberFormat[] = []

/** Kept by decimals: making one costs a hundred times what using it does. */
function formOf(decimals: number): Intl.NumberFormat {
  forms[decimals] ??= new Intl.NumberFormat('en-US', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  })
  return forms[decimals]
}

/** Exponent of the leading digit: 0 for 1 … 9.99, -1 for 0.1 … 0.999. */
function magnitude(size: number): number {
  return size === 0 ? 0 : Math.floor(Math.log10(size))
}
