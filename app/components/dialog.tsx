'use client'
/** Owns the overlay for a short form or a text: a trigger, a title, content. The overlay itself is loaded when first opened. */
import dynamic from 'next/dynamic'
import { cloneElement, type ReactElement, type ReactNode, useState } from 'react'

const DialogBody = dynamic(() => import('@/app/components/dialog-body').then((module) => module.DialogBody), {
  ssr: false,
})

interface TriggerProps {
  onClick?: () => void
  'aria-haspopup'?: 'dialog'
  'aria-expanded'?: boolean
}

export function Dialog({
  title,
  trigger,
  children,
  open,
  onOpenChange,
}: {
  title: string
  trigger?: ReactElement<TriggerProps>
  children: ReactNode
  open: boolean
  onOpenChange: (open: boolean) => void
}) {
  const [isLoaded, setLoaded] = useState(false)
  if (open && !isLoaded) setLoaded(true)
  return (
    <>
      {trigger &&
        cloneElement(trigger, {
          onClick: () => onOpenChange(true),
          'aria-haspopup': 'dialog',
          'aria-expanded': open,
        })}
      {isLoaded && (
        <DialogBody title={title} open={open} onOpenChange={onOpenChange}>
          {children}
        </DialogBody>
      )}
    </>
  )
}
