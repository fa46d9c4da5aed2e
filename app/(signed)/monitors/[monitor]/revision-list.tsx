/** Owns who changed a monitor, when, how and why. */
import styles from '@/app/(signed)/monitors/[monitor]/monitor.module.css'
import { Name } from '@/app/components/name'
import { Quiet } from '@/app/components/page-parts'
import { formatInstant } from '@/app/format'
import type { MonitorRevision } from '@/lib/domain/monitor'

const WORDS: Readonly<Record<string, string>> = {
  enabled: 'on',
  method: 'distance',
  baseline: 'baseline',
  effectFloor: 'smallest effect',
  fixedLimit: 'limit',
  severity: 'severity',
  policy: 'windows',
  owner: 'owner',
  runbookUrl: 'runbook',
}

export function RevisionList({ revisions, zone }: { revisions: readonly MonitorRevision[]; zone: string }) {
  if (revisions.length === 0)
    return <Quiet>Nobody has changed it: it is as it was made from the profile.</Quiet>
  return (
    <ol className={styles.revisions}>
      {revisions.map((revision) => (
        <li key={revision.id}>
          <span className={styles.when}>{formatInstant(revision.atMs, zone)}</span>
          <span>
            <Name>{revision.actor.replace(/^user:/, '')}</Name>
            {': '}
            <bdi>{sayChanges(revision)}</bdi>
            {revision.why !== '' && (
              <>
                {' – '}
                <q>{revision.why}</q>
              </>
            )}
          </span>
        </li>
      ))}
    </ol>
  )
}

function sayChanges({ before, after }: MonitorRevision): string {
  const was = new Map(Object.entries(before))
  return Object.entries(after)
    .map(([name, value]) => `${WORDS[name] ?? name} ${say(name, was.get(name))} → ${say(name, value)}`)
    .join(', ')
}

function say(name: string, value: unknown): string {
  if (value === null || value === undefined) return name === 'fixedLimit' ? 'calibrated' : 'none'
  if (value === true) return 'yes'
  if (value === false) return 'no'
  if (typeof value === 'object') {
    const { fireCount, fireOf, recoverCount, recoverShare } = value as Record<string, unknown>
    return `${fireCount} of ${fireOf}, recovers after ${recoverCount} below ${recoverShare} × limit`
  }
  return String(value)
}
