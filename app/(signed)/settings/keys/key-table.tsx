/** Owns the table of API keys: what each may do, whether it works, and what can be done with it. */
import { ChangeQuota } from '@/app/(signed)/settings/keys/change-quota'
import { hasTwoKeys, keyState, quotaWords } from '@/app/(signed)/settings/keys/key-facts'
import styles from '@/app/(signed)/settings/keys/keys.module.css'
import { RevokeKey } from '@/app/(signed)/settings/keys/revoke-key'
import { RotateKey } from '@/app/(signed)/settings/keys/rotate-key'
import { Name } from '@/app/components/name'
import { Status } from '@/app/components/status'
import { type Column, Table } from '@/app/components/table'
import { formatAgo } from '@/app/format'
import type { KeyItem } from '@/lib/queries/keys'

const COLUMNS: readonly Column[] = [
  { head: 'Name' },
  { head: 'Begins with', minor: true },
  { head: 'Scopes', minor: true },
  { head: 'State' },
  { head: 'May send', minor: true },
  { head: 'Made', minor: true },
  { head: 'Last used', align: 'right', minor: true },
  { head: <span className="visually-hidden">Actions</span> },
]

/** `shown` are some of `all` keys: whether one can be replaced depends on the others. */
export function KeyTable({
  shown,
  all,
  nowMs,
}: {
  shown: readonly KeyItem[]
  all: readonly KeyItem[]
  nowMs: number
}) {
  return (
    <Table
      label="API keys"
      columns={COLUMNS}
      rows={shown.map((key) => {
        const { isLive, word } = keyState(key, nowMs)
        return {
          key: key.id,
          cells: [
            <span key="name" className={styles.name}>
              <Name>{key.name}</Name>
            </span>,
            <code key="prefix">{key.prefix}…</code>,
            key.scopes.join(', '),
            <Status key="state" name={isLive ? 'active' : 'superseded'} word={word} />,
            quotaWords(key),
            `${formatAgo(key.createdMs, nowMs)} by ${key.createdBy}`,
            formatAgo(key.lastUsedMs, nowMs),
            isLive ? (
              <span key="actions" className={styles.actions}>
                <RotateKey keyId={key.id} name={key.name} isOffered={!hasTwoKeys(key, all, nowMs)} />
                <ChangeQuota
                  keyId={key.id}
                  name={key.name}
                  quota={{ recordsPerSecond: key.recordsPerSecond, bytesPerSecond: key.bytesPerSecond }}
                />
                <RevokeKey keyId={key.id} name={key.name} />
              </span>
            ) : null,
          ],
        }
      })}
    />
  )
}
