'use client'
/** Owns the keyboard: moving in lists, going to pages, acting on the alert at hand, and the help that lists it all. */
import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'
import { Dialog } from '@/app/components/dialog'
import styles from '@/app/components/shortcuts.module.css'

const PAGES: Readonly<Record<string, string>> = { m: '/', a: '/alerts', o: '/monitors', i: '/ingest' }
/** Each clicks the button of the alert page that carries it. */
const ALERT_KEYS: ReadonlySet<string> = new Set(['a', 's', 't', 'r', 'y', 'x'])

const HELP = [
  ['j / k', 'next / previous row'],
  ['Enter', 'open the row'],
  ['/', 'search the list'],
  ['a', 'acknowledge the alert at hand'],
  ['s', 'silence the alert at hand'],
  ['t', 'assign the alert at hand'],
  ['r', 'resolve the alert at hand'],
  ['y / x', 'mark the alert at hand as real / as a false alarm'],
  ['g m', 'go to models'],
  ['g a', 'go to alerts'],
  ['g o', 'go to monitors'],
  ['g i', 'go to ingest'],
  ['?', 'this help'],
] as const

export function Shortcuts() {
  const router = useRouter()
  const [isHelpOpen, setHelpOpen] = useState(false)
  useEffect(() => {
    let goSince = Number.NEGATIVE_INFINITY
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      const page = PAGES[event.key]
      if (page && event.timeStamp - goSince < 1_000) {
        goSince = Number.NEGATIVE_INFINITY
        event.preventDefault()
        router.push(page)
      } else if (event.key === 'g') goSince = event.timeStamp
      else if (event.key === '?') setHelpOpen(true)
      else if (event.key === '/') focusSearch(event)
      else if (event.key === 'j' || event.key === 'k') moveRow(event.key === 'j' ? 1 : -1)
      else if (ALERT_KEYS.has(event.key)) {
        const button = document.querySelector<HTMLButtonElement>(`[data-shortcut="${event.key}"]`)
        if (button) {
          event.preventDefault()
          button.click()
        }
      }
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [router])
  return (
    <Dialog title="Keyboard" open={isHelpOpen} onOpenChange={setHelpOpen}>
      <dl className={styles.help}>
        {HELP.map(([keys, meaning]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    // A dialog that is fading out holds the focus for a moment: keys pressed then are meant for the page.
    target.closest('input, textarea, select, [contenteditable], [role=dialog]:not([data-closed])') !== null
  )
}

/** Into the first search of the page, with what is searched selected. */
function focusSearch(event: KeyboardEvent): void {
  const input = document.querySelector<HTMLInputElement>('input[type=search]')
  if (!input) return
  event.preventDefault()
  input.focus()
  input.select()
}

/** Focus moves along the first link of each row. */
function moveRow(step: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>('[data-row]')].flatMap((row) => {
    const link = row.querySelector<HTMLAnchorElement>('a[href]')
    return link ? [link] : []
  })
  const current = links.indexOf(document.activeElement as HTMLAnchorElement)
  const next = current === -1 ? (step === 1 ? 0 : links.length - 1) : current + step
  const link = links[next]
  link?.focus()
  link?.scrollIntoView({ block: 'nearest' })
}
