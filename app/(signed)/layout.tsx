/** Owns the frame of every page behind the door: the rail, who is signed in, live updates, the keyboard. */
import { cookies, headers } from 'next/headers'
import type { ReactNode } from 'react'
import styles from '@/app/(signed)/layout.module.css'
import { Live } from '@/app/components/live'
import { Rail } from '@/app/components/rail'
import { Shortcuts } from '@/app/components/shortcuts'
import { ViewerProvider } from '@/app/components/viewer'
import { formatDuration } from '@/app/format'
import { readTheme, readZone } from '@/app/preferences'
import { requireViewer } from '@/app/session'
import { countWaiting } from '@/lib/queries/count-waiting'
import { findWorkerSilence } from '@/lib/queries/worker-silence'

/** Up to where the page knows what changed, as the server's front writes it on the request. */
const POSITION_HEADER = 'x-plumbline-position'

export default async function SignedLayout({ children }: { children: ReactNode }) {
  const { ctx, user } = await requireViewer()
  const waiting = await countWaiting(ctx)
  const silentSinceMs = await findWorkerSilence(ctx)
  const jar = await cookies()
  const viewer = { name: user.name, isAdmin: user.role === 'admin', csrfToken: user.csrfToken }
  return (
    <ViewerProvider viewer={viewer}>
      <a href="#content" className={styles.skip}>
        Skip to the content
      </a>
      <div className={styles.frame}>
        <Rail waiting={waiting} theme={readTheme(jar)} zone={readZone(jar, null)} />
        <main id="content" className={styles.content}>
          {silentSinceMs !== null && (
            <p role="status" className={styles.standstill}>
              Nothing has been judged for {formatDuration(ctx.nowMs - silentSinceMs)}: the worker of Plumbline
              does not answer. Records are still taken; what is shown here may be old.
            </p>
          )}
          {children}
        </main>
      </div>
      <Live since={(await headers()).get(POSITION_HEADER) ?? ''} />
      <Shortcuts />
    </ViewerProvider>
  )
}
