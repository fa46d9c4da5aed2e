'use client'
/** Owns the overlay for a short form or a text: title, content, a way out. Focus and Escape are the primitive's business. */
import { Dialog as Primitive } from '@base-ui/react/dialog'
import type { ReactElement, ReactNode } from 'react'
import styles from '@/app/components/dialog.module.css'

export function Dialog({
  title,
  trigger,
  children,
  open,
  onOpenChange,
}: {
  title: string
  trigger?: ReactElement
  children: ReactNode
  open: boolean
  onOpenChange: (open: boolean) => void
}) {
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      {trigger && <Primitive.Trigger render={trigger} />}
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
  )
}
