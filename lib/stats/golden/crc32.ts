/** Owns the check sum of generated columns: CRC-32 of float64 bytes, or of strings joined by newlines. */
import type { Column } from '@/lib/stats/golden/case'

const TABLE = new Uint32Array(256).map((_, byte) => {
  let c = byte
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c >>> 0
})

/** CRC-32 (IEEE) as eight hex digits. */
export function crc32(bytes: Uint8Array): string {
  let c = 0xffffffff
  for (const byte of bytes) c = TABLE[(c ^ byte) & 255]! ^ (c >>> 8)
  return ((c ^ 0xffffffff) >>> 0).toString(16).padStart(8, '0')
}

/** Check sum of a column; a missing number is the quiet NaN 7ff8000000000000. */
export function crcOfColumn(column: Column): string {
  if (column.some((value) => typeof value === 'string')) {
    return crc32(new TextEncoder().encode(column.map((value) => value ?? '').join('\n')))
  }
  const view = new DataView(new ArrayBuffer(8 * column.length))
  column.forEach((value, i) => {
    if (typeof value === 'number') view.setFloat64(8 * i, value, true)
    else view.setBigUint64(8 * i, 0x7ff8000000000000n, true)
  })
  return crc32(new Uint8Array(view.buffer))
}
