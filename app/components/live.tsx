'use client'
/** Owns keeping an open page fresh: when the server tells of a change, the page is read again, at most every 2 s. */
import { useEffect, useRef } from 'react'
import { useReread } from '@/app/components/use-reread'
import type { LiveEvent } from '@/lib/runtime/events'

const MIN_GAP_MS = 2_000
const REOPEN_AFTER_MS = 30_000
const CHANGES: readonly LiveEvent['type'][] = ['records', 'evaluations', 'alerts', 'models']

/** @param since  up to where the page knew what changed when it was rendered; the stream tells what came after */
export function Live({ since }: { since: string }) {
  const reread = useReread()
  // Of the first rendering: what is read later changes nothing about a stream that is open.
  const known = useRef(since)
  useEffect(() => {
    let source = open()
    let reopening: ReturnType<typeof setTimeout> | null = null
    let lastMs = performance.now()
    let timer: ReturnType<typeof setTimeout> | null = null
    let isMissed = false

    function open(): EventSource {
      const opened = new EventSource(`/api/v1/live?since=${encodeURIComponent(known.current)}`)
      for (const name of CHANGES) opened.addEventListener(name, onEvent)
      opened.addEventListener('error', onError)
      return opened
    }
    function onEvent({ lastEventId }: MessageEvent): void {
      known.current = lastEventId
      onChange()
    }
    // After a break the browser comes back by itself and says what it heard last. It does not after an answer that is no
    // stream: that of a proxy while the server starts again.
    function onError(): void {
      if (source.readyState !== EventSource.CLOSED || reopening !== null) return
      reopening = setTimeout(() => {
        reopening = null
        source = open()
      }, REOPEN_AFTER_MS)
    }
    function onChange(): void {
      if (timer !== null) return
      timer = setTimeout(refresh, Math.max(0, lastMs + MIN_GAP_MS - performance.now()))
    }
    function refresh(): void {
      timer = null
      if (document.visibilityState === 'hidden') {
        isMissed = true
        return
      }
      lastMs = performance.now()
      reread()
    }
    function onVisible(): void {
      if (document.visibilityState === 'visible' && isMissed) {
        isMissed = false
        onChange()
      }
    }
    document.addEventListener('visibilitychange', onVisible)
    return () => {
      source.close()
      if (timer !== null) clearTimeout(timer)
      if (reopening !== null) clearTimeout(reopening)
      document.removeEventListener('visibilitychange', onVisible)
    }
  }, [reread])
  return null
}
