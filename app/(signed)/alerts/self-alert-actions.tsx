'use client'
/** Owns what people do with an alert of Plumbline about itself: take it, or keep it quiet for a while. */
import { useState } from 'react'
import { SilenceForm } from '@/app/(signed)/alerts/[alert]/silence-form'
import { Button } from '@/app/components/button'
import { Dialog } from '@/app/components/dialog'
import { Fault } from '@/app/components/field'
import form from '@/app/components/form.module.css'
import { useChange } from '@/app/components/use-change'

interface Acted {
  readonly id: number
  readonly title: string
}

export function SelfAlertActions({ alert, isTaken }: { alert: Acted; isTaken: boolean }) {
  const [isOpen, setOpen] = useState(false)
  const { change, fault, isBusy } = useChange()
  return (
    <div className={form.row}>
      {!isTaken && (
        <Button
          size="small"
          disabled={isBusy}
          aria-label={`Acknowledge: ${alert.title}`}
          onClick={() => change(`/api/v1/self-alerts/${alert.id}/acknowledge`, {})}
        >
          Acknowledge
        </Button>
      )}
      <Dialog
        title="Silence"
        open={isOpen}
        onOpenChange={setOpen}
        trigger={
          <Button size="small" aria-label={`Silence: ${alert.title}`}>
            Silence…
          </Button>
        }
      >
        <SilenceForm
          path={`/api/v1/self-alerts/${alert.id}/silence`}
          hint="Shown here; it is still looked at."
          onDone={() => setOpen(false)}
        />
      </Dialog>
      {fault !== null && <Fault message={fault} />}
    </div>
  )
}
