/** Owns what is told about records that were taken: each thing once a request and field, with how often it occurred. */

export const WARNING_CODES = [
  'unknown_field',
  'similar_name',
  'imprecise_number',
  'duplicate_key',
  'no_prediction_id',
  'clock_skew',
] as const
export type WarningCode = (typeof WARNING_CODES)[number]

export interface Warning {
  readonly code: WarningCode
  readonly field: string
  readonly message: string
  readonly count: number
}

const NONE: readonly Warning[] = []

const MAX_WARNINGS = 10
/** Keys may be megabytes long. */
const MAX_FIELD_CHARACTERS = 80

/** The warnings of one request: bounded, whatever the records hold. */
export class WarningList {
  /** By field and code; null while there is nothing to tell, as of most requests. */
  private known: Map<string, Map<WarningCode, { -readonly [K in keyof Warning]: Warning[K] }>> | null = null
  private size = 0
  /** Whether there was more to tell than fits. */
  isTruncated = false

  /** Counts `count` occurrences; `message` is asked for only where this is the first one of this code and field. */
  note(code: WarningCode, field: string, message: () => string, count = 1): void {
    const known = this.known?.get(field)?.get(code)
    if (known !== undefined) known.count += count
    else if (this.size >= MAX_WARNINGS) this.isTruncated = true
    else this.add({ code, field, message: message(), count })
  }

  /** In the order in which they were met first. */
  get all(): readonly Warning[] {
    return this.known === null ? NONE : [...this.known.values()].flatMap((ofField) => [...ofField.values()])
  }

  private add(warning: Warning): void {
    const { code, field } = warning
    this.known ??= new Map()
    const ofField = this.known.get(field) ?? new Map()
    ofField.set(code, { ...warning, field: cut(field) })
    this.known.set(field, ofField)
    this.size++
  }
}

function cut(text: string): string {
  return text.length > MAX_FIELD_CHARACTERS
    ? `${text.slice(0, MAX_FIELD_CHARACTERS).replace(/\p{Cs}$/u, '')}…`
    : text
}
