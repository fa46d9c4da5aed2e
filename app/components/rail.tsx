'use client'
/** Owns the narrow rail: where one can go, and how the pages look. */
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { Logo } from '@/app/components/logo'
import { Preferences } from '@/app/components/preferences'
import styles from '@/app/components/rail.module.css'
import { useViewer } from '@/app/components/viewer'
import type { Theme } from '@/app/preferences'

/** @param waiting alerts that wait for a human */
export function Rail({ waiting, theme, zone }: { waiting: number; theme: Theme; zone: string }) {
  const path = usePathname()
  const { isAdmin } = useViewer()
  const links = [
    { href: '/', text: 'Models', isHere: path === '/' || path.startsWith('/models') },
    { href: '/alerts', text: 'Alerts', isHere: path.startsWith('/alerts'), count: waiting },
    { href: '/monitors', text: 'Monitors', isHere: path.startsWith('/monitors') },
    { href: '/ingest', text: 'Ingest', isHere: path.startsWith('/ingest') },
    ...(isAdmin
      ? [
          { href: '/settings/channels', text: 'Channels', isHere: path.startsWith('/settings/channels') },
          { href: '/settings/keys', text: 'Keys', isHere: path.startsWith('/settings/keys') },
        ]
      : []),
  ]
  return (
    <header className={styles.rail}>
      <Link href="/" prefetch={false} className={styles.brand}>
        <Logo /> Plumbline
      </Link>
      <nav aria-label="Main" className={styles.nav}>
        {links.map((link) => (
          <Link
            key={link.href}
            href={link.href}
            prefetch={false}
            className={styles.link}
            aria-current={link.isHere ? 'page' : undefined}
          >
            {link.text}
            {link.count ? (
              <span className={styles.count}>
                {link.count}
                <span className="visually-hidden"> waiting</span>
              </span>
            ) : null}
          </Link>
        ))}
      </nav>
      <Preferences theme={theme} zone={zone} />
    </header>
  )
}
