/** Owns the records that every bench sends: 20 features (14 numbers, 6 short texts), about 350 bytes a record. */

/** Seeded generator (mulberry32): the same workload in every run. */
export function seededUniform(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 4294967296
  }
}

export interface WorkloadShape {
  readonly columns: number
  /** Every third column is drifted, as in the peers' workload. */
  readonly drifted: boolean
}

const CARDINALITIES = [2, 5, 12, 30, 100]

/** Names of the feature columns: 70 % numeric (`n00` …), 30 % categorical (`c00` …). */
export function featureNames(columns: number): { numeric: string[]; categorical: string[] } {
  const numeric = Math.round(columns * 0.7)
  const name = (prefix: string) => (_: unknown, i: number) => prefix + String(i).padStart(2, '0')
  return {
    numeric: Array.from({ length: numeric }, name('n')),
    categorical: Array.from({ length: columns - numeric }, name('c')),
  }
}

/** One row of features from `uniform`. */
export function drawFeatures(shape: WorkloadShape, uniform: () => number): Record<string, number | string> {
  const names = featureNames(shape.columns)
  const row: Record<string, number | string> = {}
  names.numeric.forEach((name, i) => {
    const drift = shape.drifted && i % 3 === 0
    const normal = Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
    const value = [
      normal + (drift ? 0.3 : 0),
      Math.exp(1 + 0.5 * normal) * (drift ? 1.3 : 1),
      uniform() * 100 * (drift ? 1.1 : 1),
      -3 * Math.log(uniform() * uniform()) * (drift ? 1.3 : 1),
      Math.max(0, Math.round(20 + 4.5 * normal + (drift ? 3 : 0))),
    ][i % 5] as number
    row[name] = Math.round(value * 1e6) / 1e6
  })
  names.categorical.forEach((name, i) => {
    const cardinality = CARDINALITIES[i % 5] as number
    const drift = shape.drifted && i % 3 === 0
    // Zipf-like weights 1/k; a drifted column adds half of the reversed weights.
    const weight = (k: number) => 1 / (k + 1) + (drift ? 0.5 / (cardinality - k) : 0)
    let total = 0
    for (let k = 0; k < cardinality; k++) total += weight(k)
    let rest = uniform() * total
    let k = 0
    while (k < cardinality - 1 && rest >= weight(k)) rest -= weight(k++)
    row[name] = `v${String(k).padStart(3, '0')}`
  })
  return row
}

/** A request body whose prediction ids can be rewritten in place, so that every request is new. */
export interface BodyTemplate {
  readonly bytes: Buffer
  readonly idOffsets: readonly number[]
}

const ID_DIGITS = 12

/** A JSON array body of `records` records, with fixed-width ids. `atMs(i)` gives the event time of record i, or null for none. */
export function bodyTemplate(
  records: number,
  shape: WorkloadShape,
  uniform: () => number,
  atMs: (index: number) => number | null,
): BodyTemplate {
  const idOffsets: number[] = []
  const parts: string[] = []
  let length = 1
  for (let i = 0; i < records; i++) {
    const at = atMs(i)
    const head = `${i === 0 ? '' : ','}{"prediction_id":"`
    idOffsets.push(length + head.length)
    const rest = {
      version: '1',
      model_version: '1',
      ...(at === null ? {} : { timestamp: at }),
      features: drawFeatures(shape, uniform),
      prediction: uniform() < 0.3 ? 1 : 0,
      score: Math.round(uniform() * 1e4) / 1e4,
      latency_ms: Math.round(20 + 30 * uniform()),
    }
    const text = `${head}${'0'.repeat(ID_DIGITS)}",${JSON.stringify(rest).slice(1)}`
    parts.push(text)
    length += text.length
  }
  const only = records === 1
  const text = only ? parts.join('') : `[${parts.join('')}]`
  return {
    bytes: Buffer.from(text, 'latin1'),
    idOffsets: only ? idOffsets.map((offset) => offset - 1) : idOffsets,
  }
}

/** A copy of the template whose ids count up from `firstId`. */
export function stampIds(template: BodyTemplate, firstId: number): Buffer {
  const body = Buffer.from(template.bytes)
  for (let i = 0; i < template.idOffsets.length; i++) {
    body.write(String(firstId + i).padStart(ID_DIGITS, '0'), template.idOffsets[i] ?? 0, 'latin1')
  }
  return body
}
