'use client'
/** Owns the list of routes: their order, changing, adding and removing them. Every change is saved at once, at the revision that was read. */
import { useState } from 'react'
import styles from '@/app/(signed)/settings/channels/channels.module.css'
import { RouteForm } from '@/app/(signed)/settings/channels/route-form'
import { type ChannelName, leadsWords, takesWords } from '@/app/(signed)/settings/channels/route-words'
import { Button } from '@/app/components/button'
import { Dialog } from '@/app/components/dialog'
import { Fault } from '@/app/components/field'
import form from '@/app/components/form.module.css'
import { Quiet } from '@/app/components/page-parts'
import { Table } from '@/app/components/table'
import { useChange } from '@/app/components/use-change'
import type { AlertRoutes } from '@/lib/domain/alert-route'

export function RoutesEditor({
  stored,
  channels,
}: {
  stored: AlertRoutes
  channels: readonly ChannelName[]
}) {
  const { routes, revision } = stored
  /** Place of the route in the form; the number of routes for a new one. */
  const [edited, setEdited] = useState<number | null>(null)
  const { change, fault, setFault, isBusy } = useChange()
  const save = async (next: readonly unknown[]) => {
    const result = await change('/api/v1/alert-routes', { revision, routes: next }, 'PUT')
    if (result.ok) setEdited(null)
  }
  const moved = (from: number, to: number) => {
    const next = [...routes]
    const [route] = next.splice(from, 1)
    if (route) next.splice(to, 0, route)
    return next
  }

  return (
    <>
      {routes.length === 0 ? (
        <Quiet>There are no routes: every alert goes to every channel.</Quiet>
      ) : (
        <Table
          label="Routes"
          columns={[
            { head: 'Route' },
            { head: 'Takes', isWide: true },
            { head: 'Leads to' },
            { head: <span className="visually-hidden">Actions</span> },
          ]}
          rows={routes.map((route, index) => ({
            key: route.name,
            cells: [
              <bdi key="name">{route.name}</bdi>,
              <bdi key="takes" className={styles.words}>
                {takesWords(route)}
                {route.continues ? '; then looks on' : ''}
              </bdi>,
              <bdi key="leads" className={styles.leads}>
                {leadsWords(route, channels)}
              </bdi>,
              <span key="actions" className={styles.oneLine}>
                <Button
                  size="small"
                  disabled={isBusy || index === 0}
                  aria-label={`Move ${route.name} up`}
                  onClick={() => save(moved(index, index - 1))}
                >
                  ↑
                </Button>
                <Button
                  size="small"
                  disabled={isBusy || index === routes.length - 1}
                  aria-label={`Move ${route.name} down`}
                  onClick={() => save(moved(index, index + 1))}
                >
                  ↓
                </Button>
                <Button
                  size="small"
                  aria-label={`Change the route ${route.name}`}
                  onClick={() => setEdited(index)}
                >
                  Change
                </Button>
                <Button
                  size="small"
                  look="danger"
                  disabled={isBusy}
                  aria-label={`Remove the route ${route.name}`}
                  onClick={() => save(routes.filter((other) => other !== route))}
                >
                  Remove
                </Button>
              </span>,
            ],
          }))}
        />
      )}
      {edited === null && <Fault message={fault} />}
      <div className={`${form.row} ${styles.after}`}>
        <Button
          onClick={() => {
            setFault(null)
            setEdited(routes.length)
          }}
        >
          New route
        </Button>
      </div>
      <Dialog
        title={edited === routes.length ? 'New route' : 'Change the route'}
        open={edited !== null}
        onOpenChange={(open) => !open && setEdited(null)}
      >
        {edited !== null && (
          <RouteForm
            key={edited}
            route={routes[edited] ?? null}
            channels={channels}
            fault={fault}
            isBusy={isBusy}
            onSave={(route) => save([...routes.slice(0, edited), route, ...routes.slice(edited + 1)])}
          />
        )}
      </Dialog>
    </>
  )
}
