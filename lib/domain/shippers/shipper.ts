/** Owns what a ready configuration of a sender is, and the addresses in it; knows no endpoint's code. */

/** What a configuration is written for. */
export interface ShipperTarget {
  /** This instance's address, without a trailing slash. */
  readonly publicUrl: string
  /** An ingest key, or what stands for one. */
  readonly key: string
  readonly model: string
}

export const SHIPPER_GROUPS = ['Log shippers', 'OpenTelemetry', 'Serving stacks', 'Your own code'] as const
export type ShipperGroup = (typeof SHIPPER_GROUPS)[number]

export interface Shipper {
  /** Stands in addresses. */
  readonly id: string
  readonly name: string
  readonly group: ShipperGroup
  /** What the text is written in. */
  readonly language: 'yaml' | 'hcl' | 'ruby' | 'conf' | 'python' | 'javascript' | 'shell'
  /** Where the text belongs. */
  readonly place: string
  /** The endpoint that it posts to, as the documentation names it. */
  readonly endpoint: string
  readonly config: (target: ShipperTarget) => string
  /** What it does not do, and what its settings are there for: short sentences. */
  readonly notes: readonly string[]
}

/** A name as one path segment that no configuration language bends. */
function toSegment(name: string): string {
  return encodeURIComponent(name).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** Address that takes the records of one model. */
export function ingestUrl({ publicUrl, model }: ShipperTarget): string {
  return `${publicUrl}${ingestPath(model)}`
}

export function ingestPath(model: string): string {
  return `/api/v1/ingest/${toSegment(model)}`
}

/** The same with the key in it, for senders that can be given nothing but an address. */
export function ingestUrlWithKey({ publicUrl, key, model }: ShipperTarget): string {
  return `${publicUrl}/api/v1/ingest/k/${toSegment(key)}/${toSegment(model)}`
}

export interface Origin {
  readonly host: string
  readonly port: string
  readonly isTls: boolean
}

/** Host and port apart, for configurations that want them so. */
export function originOf(publicUrl: string): Origin {
  const { hostname, port, protocol } = new URL(publicUrl)
  const isTls = protocol === 'https:'
  return { host: hostname, port: port || (isTls ? '443' : '80'), isTls }
}

/** The file of JSON lines that every log shipper here reads: one record a line. */
export function recordFile(model: string): string {
  return `/var/log/${model.replace(/[^\w.-]/g, '_')}/predictions.jsonl`
}
