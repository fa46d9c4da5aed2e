'use client'
/** Owns reading the open page again: one reading at a time, and once more for all that asked meanwhile. */
import { useRouter } from 'next/navigation'
import { useCallback, useEffect, useRef, useTransition } from 'react'

/** A reading that has taken as long is not waited for: what became of it may never be told. */
const LOST_AFTER_MS = 30_000

/**
 * On a busy machine a reading takes longer than the changes that ask for it are apart: readings that wait in line would
 * hold up whatever a person does next.
 * @returns asks for the page as it is now
 */
export function useReread(): () => void {
  const router = useRouter()
  const [isReading, startReading] = useTransition()
  const sinceMs = useRef<number | null>(null)
  const isWanted = useRef(false)

  const reread = useCallback(() => {
    const nowMs = performance.now()
    if (sinceMs.current !== null && nowMs - sinceMs.current < LOST_AFTER_MS) {
      isWanted.current = true
      return
    }
    sinceMs.current = nowMs
    isWanted.current = false
    startReading(() => router.refresh())
  }, [router])

  useEffect(() => {
    if (isReading) return
    sinceMs.current = null
    if (isWanted.current) reread()
  }, [isReading, reread])

  return reread
}
