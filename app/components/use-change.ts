'use client'
/** Owns the life of one change asked for by a page: busy, failed with a sentence, or done and the page read again. */
import { useRouter } from 'next/navigation'
import { useState, useTransition } from 'react'
import { type PostResult, postJson } from '@/app/components/post-json'
import { useViewer } from '@/app/components/viewer'

/** The API speaks of keys there, which a reader of pages has none of. */
const SESSION_OVER = 'Your session has ended, and nothing was changed. Load the page again to sign in.'

export function useChange() {
  const router = useRouter()
  const { csrfToken } = useViewer()
  const [isSending, setSending] = useState(false)
  const [isRefreshing, startRefresh] = useTransition()
  const [fault, setFault] = useState<string | null>(null)

  async function change(
    path: string,
    body: unknown,
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE' = 'POST',
  ): Promise<PostResult> {
    setSending(true)
    setFault(null)
    const result = await postJson(path, body, { method, csrfToken })
    setSending(false)
    if (result.ok) startRefresh(() => router.refresh())
    else setFault(result.status === 401 ? SESSION_OVER : result.message)
    return result
  }

  return { change, fault, setFault, isBusy: isSending || isRefreshing }
}
