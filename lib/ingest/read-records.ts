/**
 * Owns the way from the bytes of a body to parsed records: whole runs of records go through JSON.parse at once, and
 * only where that fails are they parsed one by one, so that a bad record is refused by itself and the others live.
 */
import { AppError } from '@/lib/domain/errors'
import type { Limits } from '@/lib/domain/limits'
import { type Fault, REFUSAL_CODES, type RefusalCode } from '@/lib/ingest/fault'
import type { FeatureTexts } from '@/lib/ingest/feature-texts'
import type { FeatureNames } from '@/lib/ingest/formats/payload-records'
import { isObject, type JsonObject, type JsonValue, parseAny, parseObject } from '@/lib/ingest/json-value'
import { malformedBody, refusedText } from '@/lib/ingest/malformed'
import { MAX_WHOLE_BYTES, parseWhole } from '@/lib/ingest/parse-whole'
import { holdsRecords, looksLikeRecord, TWO_LISTS, twoLists } from '@/lib/ingest/record-lists'
import { repeatedKeysIn } from '@/lib/ingest/repeated-keys'
import { type Scan, scanJson, skipBlank, type TopValue } from '@/lib/ingest/scan-json'

/** Takes what was read, in the order of the request. */
export interface RecordSink {
  record(raw: JsonObject, shared: JsonObject | null): void
  /** Told before the records, where the texts of their features are known. */
  texts(texts: FeatureTexts): void
  /** Told before the records, where keys stand more than once in the first of them: their paths. */
  repeated(keys: readonly string[]): void
  refuse(fault: Fault, raw: string): void
  /**
   * Told by readers that know: whether no text read so far holds a control character or half a surrogate pair, nor a
   * backslash that could stand for one. False until told otherwise, where a format has a reader of its own.
   */
  plain?(isPlain: boolean): void
}

export type ReadLimits = Pick<Limits, 'maxRecords' | 'maxRecordBytes' | 'maxDepth'>

/** Text of this many bytes is parsed in one go: large enough to be fast, small enough not to hold up the process. */
const CHUNK_BYTES = 256 * 1024

/**
 * Reads a body of one wire format and hands its records to `sink`, in the order of the request. Yields between parts,
 * so that a caller may let others run.
 * @param bytes  decompressed, without a byte order mark
 * @param names  of features that come as a list of values; a body may be read twice where they were not known at once
 * @throws AppError `invalid` or `too_large` when the body as a whole cannot be read: nothing of it counts then
 */
export type BodyReader = (
  bytes: Buffer,
  limits: ReadLimits,
  sink: RecordSink,
  names?: FeatureNames,
) => Generator<void>

const NEWLINE = 0x0a

/**
 * Reads every record of a body and hands it to `sink`. Yields between chunks, so that a caller may let others run.
 *
 * @param bytes  decompressed UTF-8, without a byte order mark
 * @param isAscii  whether every byte is below 0x80
 * @throws AppError `invalid` (`empty_body`, `malformed_json`, `wrong_shape`), `too_large` (`too_many_records`): nothing of the body counts then
 */
export function* readRecords(
  bytes: Buffer,
  isAscii: boolean,
  limits: ReadLimits,
  sink: RecordSink,
): Generator<void> {
  const isSmall = bytes.length <= Math.min(MAX_WHOLE_BYTES, limits.maxRecordBytes)
  const whole = isSmall ? parseWhole(bytes.toString(isAscii ? 'latin1' : 'utf8'), limits) : null
  if (whole !== null) {
    sink.texts(whole.featureTexts)
    if (whole.repeatedKeys.length > 0) sink.repeated(whole.repeatedKeys)
    for (const record of whole.records) sink.record(record, whole.shared)
    return
  }
  const scan = scanJson(bytes, limits)
  if (scan.state === 'too_many') throw tooMany(limits)
  if (scan.state === 'ok') {
    if (scan.values.length === 0) {
      throw new AppError('invalid', 'The body is empty: send at least one record.', { reason: 'empty_body' })
    }
    if (scan.values.every((value) => value.kind === 'other'))
      throw malformedBody(bytes, scan.values[0]?.start ?? 0)
    const repeated = repeatedInFirst(bytes, scan, limits)
    if (repeated.length > 0) sink.repeated(repeated)
    yield* new ValueReader(bytes, isAscii, limits, sink, scan).run(scan.values.length === 1)
    return
  }
  if (!hasWholeLine(bytes, limits)) throw malformedBody(bytes, scan.brokenAt)
  yield* readLines(bytes, isAscii, limits, sink)
}

/** Keys that stand more than once in the first record that the scan found; of one that is refused, nothing is said. */
function repeatedInFirst(bytes: Buffer, { spans, tooDeep }: Scan, limits: ReadLimits): readonly string[] {
  const [start = 0, end = 0] = spans
  if (end - start > limits.maxRecordBytes || tooDeep.has(0)) return []
  const text = bytes.toString('utf8', start, end)
  return parseObject(text) === undefined ? [] : repeatedKeysIn(text, 0)
}

/** Line by line: used when the body as a whole is broken but some lines are whole objects. */
function* readLines(bytes: Buffer, isAscii: boolean, limits: ReadLimits, sink: RecordSink): Generator<void> {
  let left = limits.maxRecords
  for (const [start, end] of lines(bytes)) {
    const scan = scanJson(bytes, { ...limits, maxRecords: left }, start, end)
    left -= Math.max(1, scan.spans.length / 2)
    if (scan.state === 'too_many' || left < 0) throw tooMany(limits)
    if (scan.state === 'ok') yield* new ValueReader(bytes, isAscii, limits, sink, scan).run(false)
    else sink.refuse(fault('malformed_json'), refusedText(bytes, start, end))
  }
}

function* lines(bytes: Buffer): Generator<readonly [number, number]> {
  let start = 0
  while (start < bytes.length) {
    const newline = bytes.indexOf(NEWLINE, start)
    const end = newline < 0 ? bytes.length : newline
    const first = skipBlank(bytes, start, end)
    if (first < end) yield [first, end]
    start = end + 1
  }
}

function hasWholeLine(bytes: Buffer, limits: ReadLimits): boolean {
  for (const [start, end] of lines(bytes)) {
    if (end - start > limits.maxRecordBytes) continue
    const scan = scanJson(bytes, limits, start, end)
    if (scan.state !== 'ok' || scan.values[0]?.kind !== 'object' || scan.tooDeep.size > 0) continue
    if (parseObject(bytes.toString('utf8', start, scan.values[0].end))) return true
  }
  return false
}

class ValueReader {
  /** Bytes that stand as commas for the moment, in order. */
  private gaps: number[] = []

  constructor(
    private readonly bytes: Buffer,
    private readonly isAscii: boolean,
    private readonly limits: ReadLimits,
    private readonly sink: RecordSink,
    private readonly scan: Scan,
  ) {}

  /** @param strict  whether a fault outside the records condemns the whole body */
  *run(strict: boolean): Generator<void> {
    const { values } = this.scan
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as TopValue
      const last = this.lastRecord(i)
      if (value.kind === 'array') yield* this.records(value.firstRecord, last, null)
      else if (value.list !== null) yield* this.wrapped(value, last, strict)
      else {
        let until = i
        while (this.canJoin(until)) until++
        yield* this.records(value.firstRecord, this.lastRecord(until), null)
        this.separate(i)
        i = until
      }
    }
  }

  private lastRecord(i: number): number {
    return (this.scan.values[i + 1]?.firstRecord ?? this.scan.spans.length / 2) - 1
  }

  /** Whether the plain values i and i + 1 can be parsed together; makes the gap between them a comma. */
  private canJoin(i: number): boolean {
    const value = this.scan.values[i]
    const next = this.scan.values[i + 1]
    if (value === undefined || next === undefined || next.kind === 'array' || next.list !== null) return false
    if (next.start === value.end) return false
    this.gaps.push(this.bytes[value.end] as number)
    this.bytes[value.end] = 0x2c
    return true
  }

  /** Puts the gaps after value `first` and those that follow back as they were. */
  private separate(first: number): void {
    this.gaps.forEach((byte, i) => {
      const value = this.scan.values[first + i]
      if (value) this.bytes[value.end] = byte
    })
    this.gaps = []
  }

  /** An object that carries its records in a list; its other fields are shared by them. */
  private *wrapped(value: TopValue, last: number, strict: boolean): Generator<void> {
    const list = value.list ?? value
    const isLarge = value.end - value.start - (list.end - list.start) > this.limits.maxRecordBytes
    const isDeep = value.depth > this.limits.maxDepth
    const shared =
      isLarge || isDeep
        ? undefined
        : parseObject(`${this.text(value.start, list.start)}[]${this.text(list.end, value.end)}`)
    const isTwofold = value.hasTwoLists || (shared !== undefined && holdsRecords(shared))
    if (isTwofold && (shared === undefined || !looksLikeRecord(shared))) {
      if (strict) throw twoLists()
      this.sink.refuse(
        { ...fault('wrong_shape'), message: TWO_LISTS },
        refusedText(this.bytes, value.start, value.end),
      )
    } else if (shared === undefined) {
      if (strict) throw malformedBody(this.bytes, value.start)
      this.refuse(
        isLarge ? 'record_too_large' : isDeep ? 'too_deep' : 'malformed_json',
        value.start,
        value.end,
      )
    } else if (looksLikeRecord(shared)) {
      this.single(value.start, value.end, last >= value.firstRecord && this.hasDeep(value.firstRecord, last))
    } else yield* this.records(value.firstRecord, last, shared)
  }

  private hasDeep(first: number, last: number): boolean {
    for (let i = first; i <= last; i++) if (this.scan.tooDeep.has(i)) return true
    return false
  }

  /** Records first … last, whose bytes stand one after another with commas between. */
  private *records(first: number, last: number, shared: JsonObject | null): Generator<void> {
    const { spans, tooDeep } = this.scan
    let from = first
    for (let i = first; i <= last; i++) {
      const start = spans[2 * i] as number
      const end = spans[2 * i + 1] as number
      const isUnfit = end - start > this.limits.maxRecordBytes || tooDeep.has(i)
      if (isUnfit) {
        this.chunk(from, i - 1, shared)
        this.single(start, end, tooDeep.has(i), shared)
        from = i + 1
        yield
      } else if (end - (spans[2 * from] as number) > CHUNK_BYTES) {
        this.chunk(from, i, shared)
        from = i + 1
        yield
      }
    }
    this.chunk(from, last, shared)
  }

  private chunk(first: number, last: number, shared: JsonObject | null): void {
    if (last < first) return
    const { spans } = this.scan
    const parsed = this.parseTogether(first, last)
    if (parsed === null) {
      for (let i = first; i <= last; i++)
        this.single(spans[2 * i] as number, spans[2 * i + 1] as number, false, shared)
      return
    }
    for (let i = 0; i < parsed.length; i++) {
      const value = parsed[i]
      if (isObject(value)) this.sink.record(value, shared)
      else this.refuse('wrong_shape', spans[2 * (first + i)] as number, spans[2 * (first + i) + 1] as number)
    }
  }

  private parseTogether(first: number, last: number): JsonValue[] | null {
    const text = this.text(this.scan.spans[2 * first] as number, this.scan.spans[2 * last + 1] as number)
    try {
      const parsed = JSON.parse(`[${text}]`) as JsonValue[]
      return parsed.length === last - first + 1 ? parsed : null
    } catch {
      return null
    }
  }

  /** One record by itself. */
  private single(start: number, end: number, isDeep: boolean, shared: JsonObject | null = null): void {
    const code = end - start > this.limits.maxRecordBytes ? 'record_too_large' : isDeep ? 'too_deep' : null
    const value = code === null ? parseAny(this.text(start, end)) : undefined
    if (value === undefined) this.refuse(code ?? 'malformed_json', start, end)
    else if (isObject(value)) this.sink.record(value, shared)
    else this.refuse('wrong_shape', start, end)
  }

  private text(start: number, end: number): string {
    return this.isAscii ? this.bytes.toString('latin1', start, end) : this.bytes.toString('utf8', start, end)
  }

  private refuse(code: RefusalCode, start: number, end: number): void {
    const raw = refusedText(this.bytes, start, end)
    const isPython = code === 'malformed_json' && /[:[,]\s*-?(NaN|Infinity)\b/.test(raw)
    this.sink.refuse(isPython ? { ...fault(code), message: NAN_HINT } : fault(code), raw)
  }
}

const NAN_HINT = 'NaN and Infinity are not JSON: send null, or the text "NaN".'

function fault(code: RefusalCode): Fault {
  return { code, field: null, message: REFUSAL_CODES[code] }
}

function tooMany(limits: ReadLimits): AppError {
  return new AppError('too_large', `A request may hold at most ${limits.maxRecords} records.`, {
    reason: 'too_many_records',
    limit: limits.maxRecords,
  })
}
