'use client'
/** Owns the opened overlay. Focus, Escape and the way back are the primitive's business. */
import { CSPProvider } from '@base-ui/react/csp-provider'
import { Dialog as Primitive } from '@base-ui/react/dialog'
import type { ReactNode } from 'react'
import styles from '@/app/components/dialog.module.css'

export function DialogBody({
  title,
  children,
  open,
  onOpenChange,
}: {
  title: string
  children: ReactNode
  open: boolean
  onOpenChange: (open: boolean) => void
}) {
  return (
    <CSPProvider disableStyleElements>
      <Primitive.Root open={open} onOpenChange={onOpenChange}>
        <Primitive.Portal>
          <Primitive.Backdrop className={styles.backdrop} />
          <Primitive.Popup className={styles.popup}>
            <div className={styles.head}>
              <Primitive.Title className={styles.title}>{title}</Primitive.Title>
              <Primitive.Close className={styles.close} aria-label="Close">
                ✕
              </Primitive.Close>
            </div>
            {children}
          </Primitive.Popup>
        </Primitive.Portal>
      </Primitive.Root>
    </CSPProvider>
  )
}
