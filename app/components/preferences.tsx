'use client'
/** Owns switching theme and time zone, and signing out. */
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { postJson } from '@/app/components/post-json'
import styles from '@/app/components/preferences.module.css'
import { useViewer } from '@/app/components/viewer'
import { THEME_COOKIE, THEMES, type Theme, UTC, ZONE_COOKIE } from '@/app/preferences'

const YEAR_SECONDS = 31_536_000

export function Preferences({ theme, zone }: { theme: Theme; zone: string }) {
  const router = useRouter()
  const { name, csrfToken, isAdmin } = useViewer()

  function remember(cookie: string, value: string) {
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in Firefox and Safari
    document.cookie = `${cookie}=${encodeURIComponent(value)}; Path=/; Max-Age=${YEAR_SECONDS}; SameSite=Lax`
  }

  return (
    <details className={styles.preferences}>
      <summary className={styles.summary}>
        <bdi className={styles.who}>{name}</bdi>
      </summary>
      <div className={styles.panel}>
        <label className={styles.choice}>
          Theme
          <select
            defaultValue={theme}
            onChange={(event) => {
              remember(THEME_COOKIE, event.target.value)
              document.documentElement.dataset.theme = event.target.value
            }}
          >
            {THEMES.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
        <label className={styles.choice}>
          Times in
          <select
            defaultValue={zone === UTC ? 'utc' : 'local'}
            onChange={(event) => {
              const local = Intl.DateTimeFormat().resolvedOptions().timeZone
              remember(ZONE_COOKIE, event.target.value === 'utc' ? UTC : local)
              router.refresh()
            }}
          >
            <option value="utc">UTC</option>
            <option value="local">local</option>
          </select>
        </label>
        {isAdmin && (
          <Link href="/settings/audit" prefetch={false} className={styles.choice}>
            Audit log
          </Link>
        )}
        <button
          type="button"
          className={styles.out}
          onClick={async () => {
            await postJson('/api/v1/session', undefined, { method: 'DELETE', csrfToken })
            window.location.assign('/sign-in')
          }}
        >
          Sign out
        </button>
      </div>
    </details>
  )
}
