/** Owns the two inputs of a quota, and reading them out of a form. */
import { Field } from '@/app/components/field'

export interface Quota {
  readonly recordsPerSecond: number | null
  readonly bytesPerSecond: number | null
}

const BYTES_PER_KIB = 1_024

export function QuotaFields({ quota }: { quota?: Quota }) {
  return (
    <>
      <Field
        label="Records a second, at most"
        name="records"
        type="number"
        min={0.001}
        step="any"
        defaultValue={quota?.recordsPerSecond ?? ''}
        hint="Empty for no limit. A request beyond it is answered 429 with the time to wait; some shippers drop it."
      />
      <Field
        label="KiB a second, at most"
        name="kib"
        type="number"
        min={0.001}
        step="any"
        defaultValue={quota?.bytesPerSecond ? quota.bytesPerSecond / BYTES_PER_KIB : ''}
        hint="As sent. Empty for no limit."
      />
    </>
  )
}

/** The quota as the API takes it. */
export function readQuota(data: FormData): {
  records_per_second: number | null
  bytes_per_second: number | null
} {
  const numberIn = (name: string) => {
    const text = String(data.get(name) ?? '').trim()
    return text === '' ? null : Number(text)
  }
  const kib = numberIn('kib')
  return {
    records_per_second: numberIn('records'),
    bytes_per_second: kib === null ? null : kib * BYTES_PER_KIB,
  }
}
