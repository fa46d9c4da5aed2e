/** Owns asking by how many windows a monitor fires and recovers, as one sentence. */
import styles from '@/app/(signed)/monitors/[monitor]/monitor.module.css'
import { inputClass } from '@/app/components/field'
import form from '@/app/components/form.module.css'
import type { FiringPolicy } from '@/lib/domain/monitor'

const MAX_WINDOWS = 50

export function PolicyFields({ policy }: { policy: FiringPolicy }) {
  const { fireCount, fireOf, recoverCount, recoverShare } = policy
  return (
    <fieldset className={form.group}>
      <legend className={form.legend}>When it fires and recovers</legend>
      <div className={styles.windows}>
        Fires when <Count name="fireCount" label="breaching windows" value={fireCount} />
        of the last <Count name="fireOf" label="windows looked at" value={fireOf} /> windows breach; recovers
        after
        <Count name="recoverCount" label="calm windows" value={recoverCount} /> windows in a row below
        <Count
          name="recoverShare"
          label="per cent of the limit"
          value={Math.round(recoverShare * 100)}
          max={100}
        />
        % of the limit.
      </div>
    </fieldset>
  )
}

function Count({
  name,
  label,
  value,
  max = MAX_WINDOWS,
}: {
  name: string
  label: string
  value: number
  max?: number
}) {
  return (
    <input
      className={inputClass}
      type="number"
      name={name}
      aria-label={label}
      min={1}
      max={max}
      required
      defaultValue={value}
    />
  )
}
