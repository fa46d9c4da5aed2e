/** Owns reading model and version names; records of a request mostly share them, so the last ones are remembered. */
import { UNVERSIONED } from '@/lib/domain/model'
import type { TextRules } from '@/lib/ingest/check-text'
import { type FaultSink, fail } from '@/lib/ingest/fault'
import type { JsonValue } from '@/lib/ingest/json-value'
import { readEntityName } from '@/lib/ingest/read-fields'

export interface NameRules extends TextRules {
  /** Model named by the path: it wins over what a record says. */
  readonly model: string | null
}

export class NameReader {
  private checkedModel: JsonValue | undefined
  private checkedVersion: JsonValue | undefined
  private modelName = ''
  private versionName = ''

  constructor(
    private readonly sink: FaultSink,
    private readonly rules: NameRules,
  ) {}

  /** The model of a record that names `value`; notes a fault when neither it nor the path names one. */
  model(value: JsonValue | undefined): string {
    const wanted = this.rules.model ?? value
    if (wanted === undefined) {
      this.forgetModel()
      fail(this.sink, 'missing_model', 'model_id')
    } else if (wanted !== this.checkedModel) {
      this.forgetModel()
      const before = this.sink.fault
      const name = readEntityName(this.sink, wanted, 'model_id', this.rules)
      if (this.sink.fault === before) {
        this.modelName = name
        this.checkedModel = wanted
      }
    }
    return this.modelName
  }

  version(value: JsonValue | undefined): string {
    if (value === undefined) return UNVERSIONED
    if (value !== this.checkedVersion) {
      const before = this.sink.fault
      this.versionName = readEntityName(this.sink, value, 'model_version', this.rules)
      this.checkedVersion = this.sink.fault === before ? value : undefined
    }
    return this.versionName
  }

  /** Model of the record read last, where it could be read. */
  get lastModel(): string | null {
    return this.modelName === '' ? null : this.modelName
  }

  private forgetModel(): void {
    this.modelName = ''
    this.checkedModel = undefined
  }
}
