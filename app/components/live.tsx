'use client'
/** Owns keeping an open page fresh: when the server tells of a change, the page is read again, at most every 2 s. */
import { useEffect } from 'react'
import { useReread } from '@/app/components/use-reread'

const MIN_GAP_MS = 2_000
const CHANGE_NAMES = [
  'records',
  'summaries',
  'evaluations',
  'alerts',
  'models',
  'profiles',
  'settings',
  'notifications',
]

export function Live() {
  const reread = useReread()
  useEffect(() => {
    const source = new EventSource('/api/v1/live')
    let lastMs = performance.now()
    let timer: ReturnType<typeof setTimeout> | null = null
    let isMissed = false
    const refresh = () => {
      timer = null
      if (document.visibilityState === 'hidden') {
        isMissed = true
        return
      }
      lastMs = performance.now()
      reread()
    }
    const onChange = () => {
      if (timer !== null) return
      timer = setTimeout(refresh, Math.max(0, lastMs + MIN_GAP_MS - performance.now()))
    }
    const onVisible = () => {
      if (document.visibilityState === 'visible' && isMissed) {
        isMissed = false
        onChange()
      }
    }
    // What changed while the stream was broken was told to nobody here.
    let isBroken = false
    const onError = () => {
      isBroken = true
    }
    const onOpen = () => {
      if (isBroken) onChange()
      isBroken = false
    }
    for (const name of CHANGE_NAMES) source.addEventListener(name, onChange)
    source.addEventListener('message', onChange)
    source.addEventListener('error', onError)
    source.addEventListener('open', onOpen)
    document.addEventListener('visibilitychange', onVisible)
    return () => {
      source.close()
      if (timer !== null) clearTimeout(timer)
      document.removeEventListener('visibilitychange', onVisible)
    }
  }, [reread])
  return null
}
