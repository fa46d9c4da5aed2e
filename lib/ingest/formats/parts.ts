/** Owns reading bodies that carry bodies: each part is read as if it had come by itself, so that a bad one is refused alone. */
import { isAscii, isUtf8 } from 'node:buffer'
import { isAppError } from '@/lib/domain/errors'
import { type Fault, REFUSAL_CODES } from '@/lib/ingest/fault'
import { tooManyRecords } from '@/lib/ingest/formats/undecodable'
import type { JsonObject } from '@/lib/ingest/json-value'
import { refusedText } from '@/lib/ingest/malformed'
import { type ReadLimits, type RecordSink, readRecords } from '@/lib/ingest/read-records'

const BYTES_A_TURN = 256 * 1024

/** Reads the parts of one request. */
export class PartReader {
  private records = 0
  private sinceTurn = 0

  /** @param shared  what holds for records that say nothing of it themselves */
  constructor(
    private readonly limits: ReadLimits,
    private readonly sink: RecordSink,
    private readonly shared: JsonObject | null,
  ) {}

  /** Reads the bytes of one part: JSON in any of its forms. @throws AppError `too_large` (`too_many_records`) */
  *read(bytes: Buffer): Generator<void> {
    this.sinceTurn += bytes.length
    if (this.sinceTurn > BYTES_A_TURN) {
      this.sinceTurn = 0
      yield
    }
    const { limits } = this
    if (!isUtf8(bytes)) {
      this.counted.refuse({ code: 'invalid_unicode', field: null, message: 'This is not valid UTF-8.' }, '')
      return
    }
    try {
      yield* readRecords(bytes, isAscii(bytes), limits, this.counted)
    } catch (error) {
      if (!isAppError(error) || error.code !== 'invalid') throw error
      const code = error.details.reason === 'wrong_shape' ? 'wrong_shape' : 'malformed_json'
      const message = error.message || REFUSAL_CODES[code]
      this.counted.refuse({ code, field: null, message }, refusedText(bytes, 0, bytes.length))
    }
  }

  /** Takes a record that a part held in a form of its own. */
  record(raw: JsonObject): void {
    this.counted.record(raw, null)
  }

  /** Refuses a part. */
  refuse(fault: Fault, raw: string): void {
    this.counted.refuse(fault, raw)
  }

  private count(): void {
    if (++this.records > this.limits.maxRecords) throw tooManyRecords(this.limits)
  }

  /** Where the parts' records go. Texts of features belong to one text, and here are several. */
  private readonly counted: RecordSink = {
    record: (raw, shared) => {
      this.count()
      this.sink.record(raw, shared === null ? this.shared : { ...this.shared, ...shared })
    },
    texts: () => {},
    repeated: (keys) => this.sink.repeated(keys),
    refuse: (fault, raw) => {
      this.count()
      this.sink.refuse(fault, raw)
    },
  }
}
