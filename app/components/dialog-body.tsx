'use client'
/** Owns the opened overlay. Focus, Escape and the way back are the primitive's business. */
import { CSPProvider } from '@base-ui/react/csp-provider'
import { Dialog as Primitive } from '@base-ui/react/dialog'
import { type ReactNode, useRef } from 'react'
import styles from '@/app/components/dialog.module.css'

const TO_FILL = 'input:not([type=radio], [type=checkbox], [type=hidden]), select, textarea'

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
  const popup = useRef<HTMLDivElement>(null)
  return (
    <CSPProvider disableStyleElements>
      <Primitive.Root open={open} onOpenChange={onOpenChange}>
        <Primitive.Portal>
          <Primitive.Backdrop className={styles.backdrop} />
          <Primitive.Popup
            ref={popup}
            className={styles.popup}
            initialFocus={() => firstToFill(popup.current)}
          >
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

/** Where writing begins: whoever opened it by a key goes on by keys. By touch a keyboard would cover the form. */
function firstToFill(popup: HTMLElement | null): HTMLElement | true {
  if (matchMedia('(pointer: coarse)').matches) return true
  return popup?.querySelector<HTMLElement>(TO_FILL) ?? true
}
