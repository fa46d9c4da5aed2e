/** Owns how numbers read in reasons and findings. */
import { writeAlike } from '@/lib/domain/alike'
import { readableRate } from '@/lib/domain/rate'

/** Three significant digits, thousands with commas: `1,024`, `0.182`, `12.3`. */
export function sayNumber(value: number): string {
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size >= 1_000 && size < 1e15) return Math.round(value).toLocaleString('en-US')
  if (size < 1e-4 || size >= 1e15) return value.toExponential(1)
  return String(Number(value.toPrecision(3)))
}

/** `12.3 %`; `under 0.1 %` instead of a rounded 0. */
export function sayShare(share: number): string {
  if (share > 0 && share < 0.001) return 'under 0.1 %'
  return `${Number((share * 100).toFixed(share < 0.1 ? 1 : 0))} %`
}

/** A distance and its limit, as pages and messages write them too: `0.313`, `0.100`. */
export function sayDistances(value: number, limit: number): readonly [string, string] {
  const [said = '', saidLimit = ''] = writeAlike([value, limit])
  return [said, saidLimit]
}

/** Two shares: `62 %`, `48 %`; `12.4 %`, `11.6 %` where whole per cents would hide which is larger. */
export function sayShares(value: number, other: number): readonly [string, string] {
  const [a, b] = [sayShare(value), sayShare(other)]
  if (a !== b || value === other) return [a, b]
  const [first = a, second = b] = writeAlike([value * 100, other * 100]).map((text) => `${text} %`)
  return [first, second]
}

/** `1 record`, `1,024 records`. */
export function sayRecords(n: number, noun = 'record'): string {
  return `${Math.round(n).toLocaleString('en-US')} ${noun}${n === 1 ? '' : 's'}`
}

/**
 * `12.5 ms`, `340 MB`, `3.2 a second`, `40 an hour`.
 * @param like for rates: read in the unit of time of this one, so that numbers of one sentence can be compared
 */
export function sayMeasure(value: number, unit: string, like = value): string {
  if (unit === 'share') return sayShare(value)
  if (unit === 'bytes') return `${sayNumber(value / 1e6)} MB`
  if (unit === 'per_second') {
    const rate = readableRate(like)
    return `${sayNumber(value * rate.seconds)} ${rate.unit === 'hour' ? 'an' : 'a'} ${rate.unit}`
  }
  return unit === 'ms' ? `${sayNumber(value)} ms` : sayNumber(value)
}

/** `2026-11-22 14:00 UTC`: pages find it in a stored sentence and read it in the viewer's zone. */
export function sayUtc(instantMs: number): string {
  const iso = new Date(instantMs).toISOString()
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`
}
