/** Owns turning one value of the Parquet reader into a plain cell. */
import type { SchemaElement } from 'hyparquet'
import type { Cell } from '@/lib/profile/rows'

/**
 * Instants become ISO text, whole numbers beyond 2^53 text, bytes hex; DECIMAL is rounded to its scale,
 * because the reader multiplies by a power of ten and 1.0000 comes as 0.9999999999999999.
 */
export function parquetCell(value: unknown, element: SchemaElement): Cell {
  if (value === null || value === undefined) return null
  switch (typeof value) {
    case 'number':
      return element.converted_type === 'DECIMAL' && Number.isFinite(value)
        ? Number(value.toFixed(Math.min(100, element.scale ?? 0)))
        : value
    case 'bigint': {
      const number = Number(value)
      return Number.isSafeInteger(number) ? number : String(value)
    }
    case 'string':
    case 'boolean':
      return value
    default:
      if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
      if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
      return JSON.stringify(value, (_key, inner) => (typeof inner === 'bigint' ? String(inner) : inner))
  }
}
