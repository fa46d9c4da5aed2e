/** Owns how a state is told: icon, word and colour together, the same on every page. */
import styles from '@/app/components/status.module.css'
import type { FleetStatus } from '@/lib/queries/fleet'

export type StatusName =
  | FleetStatus
  | 'possible'
  | 'pending'
  | 'resolved'
  | 'silenced'
  | 'acknowledged'
  | 'historical'
  | 'inhibited'
  | 'critical'
  | 'warning'
  | 'draft'
  | 'active'
  | 'superseded'
  | 'yes'
  | 'no'
  | 'unknown'
  | 'useful'
  | 'noisy'
  | 'unseen'
  | 'quiet'
  | 'unjudged'
  | 'off'
  | 'inactive'

type Tone = 'ok' | 'possible' | 'drift' | 'severe' | 'neutral' | 'accent'
type Icon =
  | 'check'
  | 'wave'
  | 'triangle'
  | 'diamond'
  | 'circle'
  | 'dots'
  | 'clock'
  | 'cross'
  | 'bar'
  | 'arrow'

const FACES: Readonly<Record<StatusName, readonly [word: string, tone: Tone, icon: Icon]>> = {
  ok: ['Normal', 'ok', 'check'],
  possible: ['Possible', 'possible', 'wave'],
  drift: ['Drift', 'drift', 'triangle'],
  severe: ['Severe', 'severe', 'diamond'],
  not_enough_data: ['Too little data', 'neutral', 'dots'],
  no_data: ['No data', 'neutral', 'circle'],
  constant: ['Constant', 'possible', 'bar'],
  all_missing: ['All missing', 'severe', 'cross'],
  type_changed: ['Type changed', 'severe', 'cross'],
  error: ['Error', 'severe', 'cross'],
  firing: ['Firing', 'drift', 'triangle'],
  recovering: ['Recovering', 'possible', 'arrow'],
  pending: ['Pending', 'possible', 'clock'],
  stale: ['Stale', 'neutral', 'clock'],
  not_monitored: ['Not monitored', 'neutral', 'circle'],
  awaiting: ['Awaiting data', 'neutral', 'clock'],
  resolved: ['Resolved', 'ok', 'check'],
  silenced: ['Silenced', 'neutral', 'bar'],
  acknowledged: ['Acknowledged', 'accent', 'check'],
  historical: ['Historical', 'neutral', 'clock'],
  inhibited: ['Explained by another', 'neutral', 'arrow'],
  critical: ['Critical', 'severe', 'diamond'],
  warning: ['Warning', 'drift', 'triangle'],
  draft: ['Draft', 'possible', 'dots'],
  active: ['Active', 'ok', 'check'],
  superseded: ['Superseded', 'neutral', 'clock'],
  yes: ['Yes', 'drift', 'triangle'],
  no: ['No', 'ok', 'check'],
  unknown: ['Not known', 'neutral', 'circle'],
  useful: ['Useful', 'ok', 'check'],
  noisy: ['Noisy', 'drift', 'triangle'],
  unseen: ['Never looked at', 'possible', 'wave'],
  quiet: ['Never fired', 'neutral', 'circle'],
  unjudged: ['Not marked', 'neutral', 'dots'],
  off: ['Off', 'neutral', 'bar'],
  inactive: ['Normal', 'ok', 'check'],
}

export function Status({ name, word }: { name: StatusName; word?: string }) {
  const [usual, tone, icon] = FACES[name]
  return (
    <span className={`${styles.status} ${styles[tone] ?? ''}`}>
      <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true" className={styles.icon}>
        <path d={PATHS[icon]} fillRule="evenodd" />
      </svg>
      {word ?? usual}
    </span>
  )
}

/** The word alone, for tooltips and table cells that have no room. */
export function statusWord(name: StatusName): string {
  return FACES[name][0]
}

export function statusTone(name: StatusName): Tone {
  return FACES[name][1]
}

const PATHS: Readonly<Record<Icon, string>> = {
  check: 'M6 0a6 6 0 1 1 0 12A6 6 0 0 1 6 0Zm2.7 3.6L5.2 7.1 3.6 5.5l-1 1 2.6 2.6 4.5-4.5Z',
  wave: 'M6 0a6 6 0 1 1 0 12A6 6 0 0 1 6 0ZM2.5 6.9c1-1.3 2-1.3 3 0s3.1 1.3 4.1-.2l-.8-.9c-.9 1-1.7 1-2.6-.1-1.2-1.4-3-1.4-4.4.1Z',
  triangle: 'M6 .5 12 11.5H0ZM5.3 4.4v3.4h1.4V4.4Zm0 4.3v1.4h1.4V8.7Z',
  diamond: 'M6 0l6 6-6 6-6-6ZM5.3 2.8v4h1.4v-4Zm0 4.9v1.4h1.4V7.7Z',
  circle: 'M6 0a6 6 0 1 1 0 12A6 6 0 0 1 6 0Zm0 1.4a4.6 4.6 0 1 0 0 9.2 4.6 4.6 0 0 0 0-9.2Z',
  dots: 'M0 4.8h2.6v2.4H0Zm4.7 0h2.6v2.4H4.7Zm4.7 0H12v2.4H9.4Z',
  clock: 'M6 0a6 6 0 1 1 0 12A6 6 0 0 1 6 0Zm-.7 2.4v4l3 1.8.7-1.2-2.3-1.4V2.4Z',
  cross:
    'M6 0a6 6 0 1 1 0 12A6 6 0 0 1 6 0ZM3.9 2.9l-1 1L5 6 2.9 8.1l1 1L6 7l2.1 2.1 1-1L7 6l2.1-2.1-1-1L6 5Z',
  bar: 'M6 0a6 6 0 1 1 0 12A6 6 0 0 1 6 0ZM2.6 5.2v1.6h6.8V5.2Z',
  arrow: 'M6 0a6 6 0 1 1 0 12A6 6 0 0 1 6 0Zm-.7 2.6v4.1L3.7 5.1l-1 1L6 9.4l3.3-3.3-1-1-1.6 1.6V2.6Z',
}
