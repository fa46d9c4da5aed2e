/** Owns the first facts of an alert: how bad, in which state, of what, whose, and what keeps it quiet. */
import Link from 'next/link'
import styles from '@/app/(signed)/alerts/[alert]/alert-page.module.css'
import { sayLasting } from '@/app/(signed)/alerts/[alert]/alert-words'
import { stateOf } from '@/app/(signed)/alerts/alert-table'
import { Name } from '@/app/components/name'
import { Status } from '@/app/components/status'
import { sayInstant } from '@/app/format'
import { alertPath, modelPath, withQuery } from '@/app/links'
import type { AlertPage } from '@/lib/queries/alert-page'
export function AlertFacts({ page, zone }: { page: AlertPage; zone: string }) {
  const { alert, item, model, version } = page
  const state = stateOf(item)
  const versionPage = withQuery(modelPath(model.name), { version: version.name })
  return (
    <>
      <div className={styles.facts}>
        <Status name={alert.severity} />
        <span>
          <Status name={state} />
          {alert.acknowledgedBy !== null && (
            <>
              {state === 'acknowledged' ? ' by ' : ', acknowledged by '}
              <Name>{alert.acknowledgedBy}</Name>
            </>
          )}
        </span>
        {alert.historical && state !== 'historical' && <Status name="historical" />}
        <span>{sayLasting(page, zone)}</span>
        <span>
          <Link href={versionPage} prefetch={false}>
            <Name>{model.name}</Name>
          </Link>
          {' · '}
          <Name>{version.name}</Name>
          {alert.slice && (
            <>
              {' · slice '}
              <Link
                href={withQuery(`${modelPath(model.name)}/slices`, { version: version.name })}
                prefetch={false}
              >
                <Name>{alert.slice.name}</Name>
              </Link>
            </>
          )}
        </span>
        <span>{page.owner === null ? 'no owner' : <Name>{page.owner}</Name>}</span>
        {alert.assignee !== null && (
          <span>
            with <Name>{alert.assignee}</Name>
          </span>
        )}
      </div>
      {page.explainedBy && (
        <p className={styles.note}>
          Explained by{' '}
          <Link href={alertPath(page.explainedBy.id)} prefetch={false}>
            <bdi>{page.explainedBy.title}</bdi>
          </Link>
          ; it notifies nobody by itself.
        </p>
      )}
      {item.isSilenced && (
        <p className={styles.note}>
          Silenced until {alert.silencedUntilMs === null ? '' : sayInstant(alert.silencedUntilMs, zone)}
          {alert.silenceReason ? `: ${alert.silenceReason}` : '.'}
        </p>
      )}
    </>
  )
}
