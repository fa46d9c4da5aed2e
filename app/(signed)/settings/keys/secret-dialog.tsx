/** Owns a dialog in which a form makes a key and its secret is shown once; closed, the secret is forgotten. */
import { type ComponentProps, type ReactNode, useState } from 'react'
import { CodeText } from '@/app/components/code-text'
import { Dialog } from '@/app/components/dialog'
import form from '@/app/components/form.module.css'

export function SecretDialog(props: {
  readonly title: string
  readonly trigger: ComponentProps<typeof Dialog>['trigger']
  /** Null until the form has made one. */
  readonly secret: string | null
  /** What the secret is, for those who do not see it. */
  readonly label: string
  readonly forget: () => void
  /** The form. */
  readonly children: ReactNode
}) {
  const [isOpen, setOpen] = useState(false)
  return (
    <Dialog
      title={props.title}
      open={isOpen}
      onOpenChange={(open) => {
        setOpen(open)
        if (!open) props.forget()
      }}
      trigger={props.trigger}
    >
      {props.secret === null ? (
        props.children
      ) : (
        <div className={form.form}>
          <p>Copy it now. It is stored as a hash and cannot be shown again.</p>
          <CodeText text={props.secret} label={props.label} />
        </div>
      )}
    </Dialog>
  )
}
