'use client'
/** Owns taking the refused records of a model and reason after all, and saying what became of them. */
import { useState } from 'react'
import { Button } from '@/app/components/button'
import { Dialog } from '@/app/components/dialog'
import { Fault } from '@/app/components/field'
import form from '@/app/components/form.module.css'
import { useChange } from '@/app/components/use-change'

interface Answer {
  readonly accepted: number
  readonly duplicates: number
  readonly conflicts: number
  readonly labels: number
  readonly refused: number
  readonly taken_before: number
  readonly reasons: readonly { readonly message: string; readonly count: number }[]
  readonly more: boolean
}

export function ReplayRefused({ model, code }: { model: string; code: string }) {
  const [isOpen, setOpen] = useState(false)
  const [answer, setAnswer] = useState<Answer | null>(null)
  const { change, fault, isBusy } = useChange()
  const reason = code.replaceAll('_', ' ')

  function show(open: boolean) {
    setOpen(open)
    if (open) setAnswer(null)
  }

  async function take() {
    const result = await change('/api/v1/refused/replay', { model, code })
    // The answer of our own API; its schema is the guarantee.
    if (result.ok) setAnswer(result.data as Answer)
  }

  return (
    <Dialog
      title="Take refused records"
      open={isOpen}
      onOpenChange={show}
      trigger={
        <Button size="small" aria-label={`Take the records of ${model} refused for ${reason}`}>
          Take them
        </Button>
      }
    >
      <div className={form.form}>
        {answer === null ? (
          <p>
            The records of <bdi>{model}</bdi> that were refused ({reason}) are read again under the rules of
            today. Those that can be read are stored at the time they first came; none is stored twice.
          </p>
        ) : (
          <div aria-live="polite">
            <p>{sentenceOf(answer)}</p>
            {answer.reasons.length > 0 && (
              <ul>
                {answer.reasons.map(({ message, count }) => (
                  <li key={message}>
                    {count} × <bdi>{message}</bdi>
                  </li>
                ))}
              </ul>
            )}
          </div>
        )}
        <Fault message={fault} />
        <div className={form.row}>
          {(answer === null || answer.more) && (
            <Button look="primary" disabled={isBusy} onClick={take}>
              {answer === null ? 'Take them' : 'Take more'}
            </Button>
          )}
          <Button onClick={() => show(false)}>{answer === null ? 'Leave them' : 'Done'}</Button>
        </div>
      </div>
    </Dialog>
  )
}

function sentenceOf(answer: Answer): string {
  const taken = answer.accepted + answer.labels
  const parts = [
    `${taken} ${taken === 1 ? 'record was' : 'records were'} taken.`,
    answer.duplicates > 0 ? `${answer.duplicates} had been stored before.` : '',
    answer.taken_before > 0 ? `${answer.taken_before} had been taken before.` : '',
    answer.refused + answer.conflicts > 0 ? `${answer.refused + answer.conflicts} stay refused:` : '',
  ]
  return parts.filter((part) => part !== '').join(' ')
}
