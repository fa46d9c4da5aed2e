/** Owns the stored form of a block: JSON lines as UTF-8, and fingerprints as pairs of little-endian 32-bit halves. */

/** JSON lines to bytes. */
export function encodeLines(lines: readonly string[]): Buffer {
  return Buffer.from(lines.join('\n'), 'utf8')
}

/** Every value of a block. JSON text never holds a raw newline, so lines become one array by replacing them. */
export function decodeLines<T>(body: Buffer): T[] {
  return JSON.parse(`[${body.toString('utf8').replaceAll('\n', ',')}]`) as T[]
}

/** The lines with these indexes (ascending), as text, without decoding the others. */
export function pickLines(body: Buffer, indexes: readonly number[]): Map<number, string> {
  const picked = new Map<number, string>()
  let line = 0
  let start = 0
  for (const index of indexes) {
    while (line < index) {
      const end = body.indexOf(10, start)
      if (end < 0) return picked
      start = end + 1
      line++
    }
    const end = body.indexOf(10, start)
    picked.set(index, body.toString('utf8', start, end < 0 ? body.length : end))
  }
  return picked
}
