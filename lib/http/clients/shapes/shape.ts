/**
 * Owns what a request of a shipper is: its bytes, what must be stored of them, and what it must be told. README.md says
 * where each was read. For tests only.
 */

export interface Shape {
  /** Who sends it, and in which mode. */
  readonly name: string
  readonly path: string
  /** `{key}` stands for the key `{basic}` and `{apikey}` for pairs with it; where none holds either, it is sent as a Bearer token. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
  /** What it answers, where that is not 200. */
  readonly status?: number
  /** What the type and the body of the first answer must be like, where the shipper looks at them: `TYPE BODY`. */
  readonly answer?: RegExp
  /** A second request that belongs to the first, to the same path. */
  readonly second?: Pick<Shape, 'headers' | 'body'>
  /** Model under which the records are stored. */
  readonly model: string
  /** What is stored, in any order; the records below when absent. */
  readonly stored?: readonly Stored[]
}

export interface Stored {
  readonly id: string
  readonly features: Readonly<Record<string, string | number | boolean | null>>
  readonly prediction: unknown
}

/** Three predictions as an application writes them to its log, one a line. */
export const LINES: readonly string[] = [
  '{"prediction_id":"a-1","version":"3","timestamp":"2026-11-21T09:00:00.250Z","features":{"income":52.5,"region":"EU","is_new":true},"prediction":"approved","prediction_score":0.91,"latency_ms":12}',
  '{"prediction_id":"a-2","version":"3","timestamp":"2026-11-21T09:00:00.500Z","features":{"income":17,"region":"a \\"quoted\\" \\u00fc","is_new":false},"prediction":"refused","prediction_score":0.12,"latency_ms":9}',
  '{"prediction_id":"a-3","version":"3","timestamp":"2026-11-21T09:00:01Z","features":{"income":null,"region":"US","is_new":false},"prediction":"approved","prediction_score":0.6,"latency_ms":31}',
]

/** What is stored of them. */
export const STORED: readonly Stored[] = [
  { id: 'a-1', features: { income: 52.5, region: 'EU', is_new: true }, prediction: 'approved' },
  { id: 'a-2', features: { income: 17, region: 'a "quoted" ü', is_new: false }, prediction: 'refused' },
  { id: 'a-3', features: { income: null, region: 'US', is_new: false }, prediction: 'approved' },
]

/** A line as the value of a JSON member: shippers that read text carry it so. */
export function quoted(line: string): string {
  return JSON.stringify(line)
}

/** The members of a line without its braces, to be put among others. */
export function membersOf(line: string): string {
  return line.slice(1, -1)
}
