/** Owns guessing the delimiter of a CSV file from its first lines. */

export const DELIMITERS = [',', ';', '\t', '|'] as const
export type Delimiter = (typeof DELIMITERS)[number]

/**
 * The delimiter under which the first lines have the same number of fields, more than one; the widest such reading wins.
 * @param sample text from the beginning of the file; its last line may be cut
 * @returns null when every delimiter gives a single column
 */
export function sniffDelimiter(sample: string): Delimiter | null {
  const lines = logicalLines(sample).slice(0, 50)
  let best: Delimiter | null = null
  let bestScore = 0
  for (const delimiter of DELIMITERS) {
    const counts = lines.map((line) => fieldCount(line, delimiter))
    const header = counts[0] ?? 1
    if (header < 2) continue
    const agreeing = counts.filter((count) => count === header).length / counts.length
    // Agreement first: a comma inside texts must not beat the semicolon that cuts every line alike.
    const score = agreeing * 10_000 + Math.min(header, 5_000)
    if (score > bestScore) {
      bestScore = score
      best = delimiter
    }
  }
  return best
}

/** Lines of the sample, not cut inside quotes; the last one is left out when there are others, as it may be cut. */
function logicalLines(sample: string): string[] {
  const lines: string[] = []
  let quoted = false
  let start = 0
  for (let i = 0; i < sample.length; i++) {
    const char = sample[i]
    if (char === '"') quoted = !quoted
    else if (char === '\n' && !quoted) {
      const line = sample.slice(start, i).replace(/\r$/, '')
      if (line !== '') lines.push(line)
      start = i + 1
    }
  }
  if (lines.length === 0) lines.push(sample.slice(start))
  return lines
}

function fieldCount(line: string, delimiter: string): number {
  let quoted = false
  let count = 1
  for (const char of line) {
    if (char === '"') quoted = !quoted
    else if (char === delimiter && !quoted) count++
  }
  return count
}
