/** Owns entering by a form of the door: busy, refused with a sentence, or on to a whole new page. */
import { useState } from 'react'
import { postJson } from '@/app/components/post-json'
import { useHydrated } from '@/app/components/use-hydrated'

export function useEntry() {
  const [fault, setFault] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)
  const isHydrated = useHydrated()

  /** @param next where the browser goes once it is let in: everything that it kept belonged to nobody */
  async function enter(path: string, body: object, next: string): Promise<void> {
    setBusy(true)
    const result = await postJson(path, body)
    if (result.ok) {
      window.location.assign(next)
      return
    }
    setBusy(false)
    setFault(result.message)
  }

  // Whoever is quicker than the page would send the form itself, and read that pages take none.
  return { enter, fault, isBusy: isBusy || !isHydrated }
}
