/** Owns reading the body of Elasticsearch's bulk API: a line that says what to do, and a line with the document. */
import { isAscii } from 'node:buffer'
import { REFUSAL_CODES, type RefusalCode } from '@/lib/ingest/fault'
import { findFeatureTexts } from '@/lib/ingest/feature-texts'
import { countObjects } from '@/lib/ingest/formats/depth'
import { dropShipperNoise } from '@/lib/ingest/formats/shipper-noise'
import { tooManyRecords, undecodable } from '@/lib/ingest/formats/undecodable'
import { isObject, type JsonObject, type JsonValue, own, parseAny } from '@/lib/ingest/json-value'
import { refusedText } from '@/lib/ingest/malformed'
import type { BodyReader, ReadLimits, RecordSink } from '@/lib/ingest/read-records'

export type BulkAction = 'index' | 'create' | 'update' | 'delete'

/** What one action asked for; its position among all is that of its record in the request. */
export interface BulkItem {
  readonly action: BulkAction
  /** As it was sent. */
  readonly index: string | null
  readonly id: string | null
}

const ACTIONS: ReadonlySet<string> = new Set(['index', 'create', 'update', 'delete'])
/** What JSON writes as it is. */
const PLAIN_ID = /^[\w.:-]{1,512}$/
const NEWLINE = 0x0a
const BACKSLASH = 0x5c
const DELETE = 0x7f
const CHUNK_BYTES = 256 * 1024

/** `-2026.11.21`, `-2026.11`, `_2026-11-21`, and the number of a rollover behind it. */
const DATE_SUFFIX = /[-_.]\d{4}[-_.](\d{2}|w\d{2})([-_.]\d{2})?$/
const ROLLOVER_SUFFIX = /-0\d{5}$/

/** The model that an index stands for: its name without the date that shippers add. */
export function modelOfIndex(index: string): string {
  const plain = index
    .replace(/^\.ds-/, '')
    .replace(ROLLOVER_SUFFIX, '')
    .replace(DATE_SUFFIX, '')
  return plain === '' ? index : plain
}

/**
 * A reader for one request.
 * @param index  the index that the path names, for actions that name none
 * @returns `items`: what was asked, filled while the body is read
 */
export function createBulkReader(index: string | null): { read: BodyReader; items: BulkItem[] } {
  const items: BulkItem[] = []
  const read: BodyReader = (bytes, limits, sink) => {
    // A body is read twice where the names of listed features had to be looked up first.
    items.length = 0
    return new BulkBody(bytes, limits, sink, index, items).run()
  }
  return { read, items }
}

class BulkBody {
  private at = 0
  private line = 0
  private readonly encoding: 'latin1' | 'utf8'
  /** The log keeps the features of a document as they came. */
  private readonly texts = new Map<JsonObject, string>()
  private actions: ActionShape | null = null
  /** Documents of one index share an object, so that its name is checked once. */
  private readonly shared = new Map<string, JsonObject>()

  constructor(
    private readonly bytes: Buffer,
    private readonly limits: ReadLimits,
    private readonly sink: RecordSink,
    private readonly index: string | null,
    private readonly items: BulkItem[],
  ) {
    const ascii = isAscii(bytes)
    this.encoding = ascii ? 'latin1' : 'utf8'
    sink.texts(this.texts)
    // JSON writes control characters with a backslash; DEL alone may stand as it is.
    sink.plain?.(ascii && bytes.indexOf(BACKSLASH) < 0 && bytes.indexOf(DELETE) < 0)
  }

  *run(): Generator<void> {
    let restedAt = 0
    for (let span = this.nextLine(true); span !== null; span = this.nextLine(true)) {
      if (this.items.length >= this.limits.maxRecords) throw tooManyRecords(this.limits)
      const item = this.itemOf(span)
      this.items.push(item)
      if (item.action === 'delete') this.refuse('invalid_value', span, 'Records are never deleted.')
      else {
        const source = this.nextLine(false)
        if (source === null) throw undecodable(`The action of line ${this.line} has no document.`)
        this.document(item, source)
      }
      if (this.at - restedAt > CHUNK_BYTES) {
        restedAt = this.at
        yield
      }
    }
    if (this.items.length === 0) throw undecodable('The request holds no action.')
  }

  private itemOf(span: Line): BulkItem {
    const text = span.end - span.start > this.limits.maxRecordBytes ? '' : this.text(span)
    const alike = this.actions === null ? null : likeBefore(this.actions, text)
    if (alike !== null) return alike
    const value = parseAny(text)
    const [action, ...others] = isObject(value) ? Object.keys(value) : []
    const meta = isObject(value) && action !== undefined ? own(value, action) : undefined
    if (action === undefined || others.length > 0 || !ACTIONS.has(action) || !isObject(meta))
      throw undecodable(
        `Malformed action/metadata line [${this.line}]: it must be an object with index, create, update or delete.`,
      )
    const isCreate = action === 'index' && own(meta, 'op_type') === 'create'
    const item: BulkItem = {
      action: isCreate ? 'create' : (action as BulkAction),
      index: textOf(own(meta, '_index')) ?? this.index,
      id: textOf(own(meta, '_id')),
    }
    this.actions = shapeOf(text, item)
    return item
  }

  private document(item: BulkItem, span: Line): void {
    const doc = this.readDocument(item, span)
    if (typeof doc === 'string') {
      const message = doc === 'invalid_value' ? 'An update must carry its "doc".' : undefined
      this.refuse(doc, span, message)
      return
    }
    dropShipperNoise(doc)
    if (item.id !== null && !Object.hasOwn(doc, 'prediction_id')) doc.prediction_id = item.id
    this.sink.record(doc, item.index === null ? null : this.sharedOf(item.index))
  }

  /** The document, or why it is none. */
  private readDocument(item: BulkItem, span: Line): JsonObject | RefusalCode {
    if (span.end - span.start > this.limits.maxRecordBytes) return 'record_too_large'
    const text = this.text(span)
    const value = parseAny(text)
    if (value === undefined) return 'malformed_json'
    const objects = countObjects(value, this.limits.maxDepth)
    if (objects === Number.POSITIVE_INFINITY) return 'too_deep'
    const doc = item.action === 'update' ? documentOfUpdate(value) : value
    if (doc === null && item.action === 'update') return 'invalid_value'
    if (!isObject(doc)) return 'wrong_shape'
    for (const [features, found] of findFeatureTexts(text, [doc], objects)) this.texts.set(features, found)
    return doc
  }

  private sharedOf(index: string): JsonObject {
    let shared = this.shared.get(index)
    if (shared === undefined) {
      shared = { _index: modelOfIndex(index) }
      this.shared.set(index, shared)
    }
    return shared
  }

  private refuse(code: RefusalCode, span: Line, message: string = REFUSAL_CODES[code]): void {
    this.sink.refuse({ code, field: null, message }, refusedText(this.bytes, span.start, span.end))
  }

  /** The next line, or null at the end. @param passBlank  whether lines with nothing on them do not count */
  private nextLine(passBlank: boolean): Line | null {
    while (this.at < this.bytes.length) {
      const start = this.at
      const newline = this.bytes.indexOf(NEWLINE, start)
      const end = newline < 0 ? this.bytes.length : newline
      this.at = end + 1
      this.line++
      if (!passBlank || !this.isBlank(start, end)) return { start, end }
    }
    return null
  }

  private isBlank(start: number, end: number): boolean {
    for (let i = start; i < end; i++) if ((this.bytes[i] as number) > 0x20) return false
    return true
  }

  private text({ start, end }: Line): string {
    return this.bytes.toString(this.encoding, start, end)
  }
}

/** An action that differs from others in its id only: what stands before and behind that. */
interface ActionShape {
  readonly item: BulkItem
  readonly before: string
  readonly behind: string
}

/** Null where the id cannot be told apart from what surrounds it. */
function shapeOf(text: string, item: BulkItem): ActionShape | null {
  if (item.id === null || !PLAIN_ID.test(item.id)) return null
  const mark = `"_id":"${item.id}"`
  const at = text.indexOf(mark)
  if (at < 0 || text.includes('"_id"', at + 1) || text.includes('\\')) return null
  const start = at + '"_id":"'.length
  return { item, before: text.slice(0, start), behind: text.slice(start + item.id.length) }
}

/** The item of an action that is like one before, but for a plain id; null when it is not. */
function likeBefore({ item, before, behind }: ActionShape, text: string): BulkItem | null {
  if (!text.startsWith(before) || !text.endsWith(behind)) return null
  const id = text.slice(before.length, text.length - behind.length)
  return PLAIN_ID.test(id) ? { action: item.action, index: item.index, id } : null
}

interface Line {
  readonly start: number
  readonly end: number
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : null
}

/** The document of an update; null when it has none (a script, for one). */
function documentOfUpdate(value: JsonValue): JsonValue {
  return isObject(value) ? (own(value, 'doc') ?? own(value, 'upsert') ?? null) : value
}
