'use client'
/** Owns what is said while the past is judged: nothing for two seconds, then what is being done, and for how long. */
import { useEffect, useState } from 'react'

const TOLD_AFTER_S = 2

export function JudgingNote() {
  const [seconds, setSeconds] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => setSeconds((sofar) => sofar + 1), 1_000)
    return () => clearInterval(timer)
  }, [])
  if (seconds < TOLD_AFTER_S) return null
  return (
    <>
      Every window that is stored of the last 30 days is judged again.{' '}
      {/* Read out once, and not every second. */}
      <span aria-hidden="true">{seconds} s so far.</span>
    </>
  )
}
