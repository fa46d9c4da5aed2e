'use client'
/** Owns what people can do about an alert: acknowledge, silence, resolve, read the runbook. */
import { useState } from 'react'
import styles from '@/app/(signed)/alerts/[alert]/alert-page.module.css'
import { SilenceForm } from '@/app/(signed)/alerts/[alert]/silence-form'
import { alertApiPath } from '@/app/components/api-paths'
import { Button, buttonClass } from '@/app/components/button'
import { Dialog } from '@/app/components/dialog'
import { Fault } from '@/app/components/field'
import { useChange } from '@/app/components/use-change'

export function AlertActions({
  alertId,
  isOpen,
  isAcknowledged,
  canAct,
  runbookUrl,
}: {
  alertId: number
  isOpen: boolean
  isAcknowledged: boolean
  canAct: boolean
  runbookUrl: string | null
}) {
  const [isSilencing, setSilencing] = useState(false)
  const { change, fault, isBusy } = useChange()
  return (
    <div className={styles.actions}>
      {isOpen && canAct && (
        <>
          {isAcknowledged ? null : (
            <Button
              look="primary"
              data-shortcut="a"
              disabled={isBusy}
              onClick={() => change(alertApiPath(alertId, 'acknowledge'), {})}
            >
              Acknowledge
            </Button>
          )}
          <Dialog
            title="Silence this alert"
            open={isSilencing}
            onOpenChange={setSilencing}
            trigger={<Button data-shortcut="s">Silence…</Button>}
          >
            <SilenceForm alertId={alertId} onDone={() => setSilencing(false)} />
          </Dialog>
          <Button disabled={isBusy} onClick={() => change(alertApiPath(alertId, 'resolve'), {})}>
            Resolve
          </Button>
        </>
      )}
      {runbookUrl !== null && /^https?:/i.test(runbookUrl) && (
        <a href={runbookUrl} rel="noreferrer noopener" target="_blank" className={buttonClass()}>
          Runbook
        </a>
      )}
      <Fault message={fault} />
    </div>
  )
}
