'use client'
/** Owns asking what rules would make of the last records: a moment after the last change, never two at once. */
import { useEffect, useState } from 'react'
import { postJson } from '@/app/components/post-json'
import { useViewer } from '@/app/components/viewer'
import type { FieldRule } from '@/lib/domain/field-rule'

export interface ShownField {
  readonly path: string
  readonly value: string
}

export interface ShownRecord {
  readonly received: string
  readonly source: 'received' | 'stored'
  readonly before: readonly ShownField[]
  readonly after: readonly ShownField[]
  readonly refused: { readonly field: string | null; readonly message: string } | null
}

const WAIT_MS = 250

export function usePreview(path: string, rules: readonly FieldRule[]) {
  const { csrfToken } = useViewer()
  const [state, setState] = useState<{
    records: readonly ShownRecord[]
    fault: string | null
    isReady: boolean
  }>({
    records: [],
    fault: null,
    isReady: false,
  })
  const [isBusy, setBusy] = useState(true)
  const text = JSON.stringify(rules)
  useEffect(() => {
    let isCurrent = true
    setBusy(true)
    const timer = setTimeout(async () => {
      const result = await postJson(path, { rules: JSON.parse(text) }, { csrfToken })
      if (!isCurrent) return
      setBusy(false)
      setState((before) =>
        result.ok
          ? { records: recordsOf(result.data), fault: null, isReady: true }
          : { ...before, fault: result.message, isReady: true },
      )
    }, WAIT_MS)
    return () => {
      isCurrent = false
      clearTimeout(timer)
    }
  }, [path, text, csrfToken])
  return { ...state, isBusy }
}

/** The answer of our own API; its schema is the guarantee. */
function recordsOf(data: unknown): readonly ShownRecord[] {
  return (data as { records: readonly ShownRecord[] }).records
}
