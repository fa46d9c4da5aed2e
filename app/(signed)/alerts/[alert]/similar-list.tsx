/** Owns what is wrong at the same time, and how the same trouble ended before. */
import Link from 'next/link'
import styles from '@/app/(signed)/alerts/[alert]/alert-page.module.css'
import { shortTitle, stateOf } from '@/app/(signed)/alerts/alert-table'
import { Name } from '@/app/components/name'
import { Quiet, Section } from '@/app/components/page-parts'
import { Status } from '@/app/components/status'
import { formatInstant } from '@/app/format'
import { alertPath } from '@/app/links'
import type { AlertItem } from '@/lib/queries/alert-item'
import type { SimilarAlerts } from '@/lib/queries/similar-alerts'

export function SimilarList({
  similar,
  isOver,
  zone,
}: {
  similar: SimilarAlerts
  isOver: boolean
  zone: string
}) {
  return (
    <>
      <Section title="At the same time">
        {similar.related.length === 0 ? (
          <Quiet>{`No other alert of this model, or on the same columns, ${isOver ? 'was open then' : 'is open'}.`}</Quiet>
        ) : (
          <ul className={styles.similar}>
            {similar.related.map(({ item, columns }) => (
              <li key={item.id}>
                <Head item={item} zone={zone} />
                {columns.length > 0 && (
                  <span className={styles.answer}>
                    {columns.length === 1 ? 'Same column' : 'Same columns'}:{' '}
                    <bdi>{columns.slice(0, 5).join(', ')}</bdi>
                  </span>
                )}
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section title="The same before">
        {similar.past.length === 0 ? (
          <Quiet>Nothing like it is known of this model.</Quiet>
        ) : (
          <ul className={styles.similar}>
            {similar.past.map(({ item, note }) => (
              <li key={item.id}>
                <Head item={item} zone={zone} />
                <span className={styles.answer}>
                  {sayEnd(item)}
                  {note !== '' && (
                    <>
                      {' '}
                      <q>
                        <bdi>{note}</bdi>
                      </q>
                    </>
                  )}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Section>
    </>
  )
}

function Head({ item, zone }: { item: AlertItem; zone: string }) {
  return (
    <span className={styles.similarHead}>
      <Status name={stateOf(item)} />
      <Link href={alertPath(item.id)} prefetch={false}>
        <bdi>{shortTitle(item)}</bdi>
      </Link>
      <span className={styles.when}>
        <Name>{`${item.model} ${item.version}`}</Name>, {formatInstant(item.onsetMs, zone)}
      </span>
    </span>
  )
}

function sayEnd({ judgement, resolvedMs }: AlertItem): string {
  const mark =
    judgement === 'real' ? 'It was real.' : judgement === 'false_alarm' ? 'It was a false alarm.' : ''
  return resolvedMs === null ? `It is still open. ${mark}` : mark || 'Nobody said whether it was real.'
}
