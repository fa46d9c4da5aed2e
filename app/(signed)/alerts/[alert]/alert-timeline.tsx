/** Owns the history of an alert: transitions, what people did, what was sent. */
import styles from '@/app/(signed)/alerts/[alert]/alert-page.module.css'
import { formatInstant, inZone } from '@/app/format'
import type { AlertEvent } from '@/lib/domain/alert'

const WORDS: Readonly<Record<AlertEvent['kind'], string>> = {
  fired: 'Fired',
  member_joined: 'A monitor joined',
  member_left: 'A monitor left',
  recovering: 'Recovering',
  refired: 'Fired again',
  resolved: 'Resolved',
  reopened: 'Reopened',
  acknowledged: 'Acknowledged',
  silenced: 'Silenced',
  silence_ended: 'Silence ended',
  inhibited: 'Explained by another alert',
  uninhibited: 'No longer explained by another alert',
  corrected: 'Corrected after late data',
  upgraded: 'Became critical',
  notified: 'Notified',
  not_notified: 'Not notified',
  notification_failed: 'A notification failed',
  assigned: 'Assigned',
  commented: 'Comment',
  judged: 'Judged',
}

/** Their note is a whole sentence. */
const SAYS_ALL: ReadonlySet<AlertEvent['kind']> = new Set(['inhibited'])

/** Of a long history the beginning is folded: what happened last is what matters now. */
const SHOWN = 20

export function AlertTimeline({ events, zone }: { events: readonly AlertEvent[]; zone: string }) {
  const earlier = events.length > SHOWN + 1 ? events.slice(0, -SHOWN) : []
  return (
    <>
      {earlier.length > 0 && (
        <details>
          <summary>{earlier.length} earlier events</summary>
          <EventList events={earlier} zone={zone} />
        </details>
      )}
      <EventList events={events.slice(earlier.length)} zone={zone} />
    </>
  )
}

function EventList({ events, zone }: { events: readonly AlertEvent[]; zone: string }) {
  return (
    <ol className={styles.timeline}>
      {events.map((event) => (
        <li key={event.id}>
          <span className={styles.when}>{formatInstant(event.atMs, zone)}</span>
          <span className={styles.event}>
            {SAYS_ALL.has(event.kind) && event.note !== '' ? null : WORDS[event.kind]}
            {event.actor !== 'plumbline' && (
              <>
                {' by '}
                <bdi>{event.actor}</bdi>
              </>
            )}
            {event.note !== '' && (
              <>
                {SAYS_ALL.has(event.kind) ? '' : ': '}
                <bdi>{inZone(event.note, zone)}</bdi>
              </>
            )}
          </span>
        </li>
      ))}
    </ol>
  )
}
