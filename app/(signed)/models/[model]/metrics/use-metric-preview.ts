'use client'
/** Owns asking what an expression gives on live data: a moment after the last key, and only the newest answer counts. */
import { useEffect, useState } from 'react'
import { postJson } from '@/app/components/post-json'
import { useViewer } from '@/app/components/viewer'

/** The answer of our own API; its schema is the guarantee. */
export interface Previewed {
  readonly value: number | null
  readonly n: number
  readonly records: number
  readonly without: string
  readonly fields: readonly { readonly name: string; readonly type: string }[]
  readonly rows: readonly {
    readonly prediction_id: string
    readonly inputs: readonly { readonly name: string; readonly value: string | number | boolean | null }[]
    readonly outcome: 'value' | 'missing' | 'outside' | 'undecided'
    readonly value: number | null
    readonly reason: 'absent' | 'wrong_type' | 'no_result' | null
  }[]
  readonly windows: readonly {
    readonly start: string
    readonly end: string
    readonly value: number | null
    readonly n: number
    readonly sample: boolean
  }[]
}

const WAIT_MS = 300

export function useMetricPreview(path: string, expression: string) {
  const { csrfToken } = useViewer()
  const [answer, setAnswer] = useState<{ of: string; preview: Previewed | null; fault: string | null }>({
    of: '',
    preview: null,
    fault: null,
  })
  const wanted = expression.trim()
  useEffect(() => {
    if (wanted === '') return
    let isCurrent = true
    const timer = setTimeout(async () => {
      const result = await postJson(path, { expression: wanted }, { csrfToken })
      if (!isCurrent) return
      setAnswer(
        result.ok
          ? { of: wanted, preview: result.data as Previewed, fault: null }
          : { of: wanted, preview: null, fault: result.message },
      )
    }, WAIT_MS)
    return () => {
      isCurrent = false
      clearTimeout(timer)
    }
  }, [path, wanted, csrfToken])
  const isBusy = wanted !== '' && answer.of !== wanted
  return {
    preview: wanted === '' ? null : answer.preview,
    fault: wanted === '' || isBusy ? null : answer.fault,
    isBusy,
  }
}
