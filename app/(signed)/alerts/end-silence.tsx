'use client'
/** Owns ending a silence before its time. */
import { Button } from '@/app/components/button'
import { useChange } from '@/app/components/use-change'

export function EndSilence({ silenceId }: { silenceId: number }) {
  const { change, fault, isBusy } = useChange()
  return (
    <>
      <Button disabled={isBusy} onClick={() => change(`/api/v1/silences/${silenceId}`, {}, 'DELETE')}>
        End now
      </Button>
      {fault !== null && <span role="alert">{fault}</span>}
    </>
  )
}
