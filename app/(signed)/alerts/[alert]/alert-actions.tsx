'use client'
/** Owns what people can do about an alert: acknowledge, take it, silence, resolve, mark it, read the runbook. */
import { useEffect, useState } from 'react'
import styles from '@/app/(signed)/alerts/[alert]/alert-page.module.css'
import { AssignForm } from '@/app/(signed)/alerts/[alert]/assign-form'
import { ResolveForm } from '@/app/(signed)/alerts/[alert]/resolve-form'
import { SilenceForm } from '@/app/(signed)/alerts/[alert]/silence-form'
import { alertApiPath } from '@/app/components/api-paths'
import { Button, buttonClass } from '@/app/components/button'
import { Dialog } from '@/app/components/dialog'
import { Fault } from '@/app/components/field'
import { postJson } from '@/app/components/post-json'
import { useChange } from '@/app/components/use-change'
import { useViewer } from '@/app/components/viewer'
import type { Alert } from '@/lib/domain/alert'

export function AlertActions({
  alert,
  canAct,
  runbookUrl,
}: {
  alert: Pick<Alert, 'id' | 'state' | 'acknowledgedBy' | 'assignee' | 'judgement' | 'firstSeenMs'>
  canAct: boolean
  runbookUrl: string | null
}) {
  const [open, setOpen] = useState<'silence' | 'assign' | 'resolve' | null>(null)
  const { change, fault, isBusy } = useChange()
  useFirstLook(alert)
  const { id, judgement } = alert
  const mark = (wanted: NonNullable<Alert['judgement']>, text: string, key: string) => (
    <Button
      aria-pressed={judgement === wanted}
      data-shortcut={key}
      disabled={isBusy}
      onClick={() => change(alertApiPath(id, 'judge'), { judgement: judgement === wanted ? null : wanted })}
    >
      {text}
    </Button>
  )
  return (
    <div className={styles.actions}>
      {alert.state !== 'resolved' && canAct && (
        <>
          {alert.acknowledgedBy === null && (
            <Button
              look="primary"
              data-shortcut="a"
              disabled={isBusy}
              onClick={() => change(alertApiPath(id, 'acknowledge'), {})}
            >
              Acknowledge
            </Button>
          )}
          <Dialog
            title="Who looks after it"
            open={open === 'assign'}
            onOpenChange={(isOpen) => setOpen(isOpen ? 'assign' : null)}
            trigger={<Button data-shortcut="t">Assign…</Button>}
          >
            <AssignForm alertId={id} assignee={alert.assignee} onDone={() => setOpen(null)} />
          </Dialog>
          <Dialog
            title="Silence this alert"
            open={open === 'silence'}
            onOpenChange={(isOpen) => setOpen(isOpen ? 'silence' : null)}
            trigger={<Button data-shortcut="s">Silence…</Button>}
          >
            <SilenceForm
              path={alertApiPath(id, 'silence')}
              hint="Shown on the alert; it is still evaluated."
              onDone={() => setOpen(null)}
            />
          </Dialog>
          <Dialog
            title="Resolve this alert"
            open={open === 'resolve'}
            onOpenChange={(isOpen) => setOpen(isOpen ? 'resolve' : null)}
            trigger={<Button data-shortcut="r">Resolve…</Button>}
          >
            <ResolveForm alertId={id} onDone={() => setOpen(null)} />
          </Dialog>
        </>
      )}
      {canAct && mark('real', judgement === 'real' ? '✓ It was real' : 'It was real', 'y')}
      {canAct && mark('false_alarm', judgement === 'false_alarm' ? '✓ False alarm' : 'False alarm', 'x')}
      {runbookUrl !== null && /^https?:/i.test(runbookUrl) && (
        <a href={runbookUrl} rel="noreferrer noopener" target="_blank" className={buttonClass()}>
          Runbook
        </a>
      )}
      <Fault message={fault} />
    </div>
  )
}

/** Tells the server once that a person looked; what nobody ever opens calls for a quieter monitor. */
function useFirstLook({ id, firstSeenMs }: Pick<Alert, 'id' | 'firstSeenMs'>): void {
  const { csrfToken } = useViewer()
  useEffect(() => {
    if (firstSeenMs === null) void postJson(alertApiPath(id, 'see'), {}, { csrfToken })
  }, [id, firstSeenMs, csrfToken])
}
