/** Owns who changed the rules of a model, and when; and the rules themselves for those who may not change them. */

import styles from '@/app/(signed)/models/[model]/settings/field-rules.module.css'
import { TREATMENT_WORDS } from '@/app/(signed)/models/[model]/settings/treatment-words'
import { formatInstant } from '@/app/format'
import type { StoredFieldRules } from '@/db/contracts/rule-records'
import type { FieldRule } from '@/lib/domain/field-rule'

export function RuleHistory({ history, zone }: { history: readonly StoredFieldRules[]; zone: string }) {
  if (history.length === 0) return null
  return (
    <details className={styles.history}>
      <summary>Changed {history.length === 1 ? 'once' : `${history.length} times`}</summary>
      <ol className={styles.revisions}>
        {history.map((entry) => (
          <li key={entry.revision}>
            Revision {entry.revision}, {formatInstant(entry.createdMs, zone)} ({zone}), by{' '}
            <bdi>{entry.createdBy}</bdi>: {entry.rules.length === 0 ? 'no rules' : null}
            <RuleList rules={entry.rules} />
          </li>
        ))}
      </ol>
    </details>
  )
}

export function RuleList({ rules }: { rules: readonly FieldRule[] }) {
  return (
    <ul>
      {rules.map(({ path, to, treatment }) => (
        <li key={path}>
          <bdi>{path}</bdi>
          {treatment === 'keep' ? '' : `: ${TREATMENT_WORDS[treatment].toLowerCase()}`}
          {to !== null && (
            <>
              {' '}
              → <bdi>{to}</bdi>
            </>
          )}
        </li>
      ))}
    </ul>
  )
}
