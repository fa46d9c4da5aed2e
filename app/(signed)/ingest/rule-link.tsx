'use client'
/** Owns the way from a refused record to the rules of its model, which may not exist before one was taken. */
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { Button, buttonClass } from '@/app/components/button'
import { useChange } from '@/app/components/use-change'
import { modelPath } from '@/app/links'

export function RuleLink({ model, isKnown }: { model: string; isKnown: boolean }) {
  const router = useRouter()
  const { change, isBusy, fault } = useChange()
  const target = `${modelPath(model)}/settings#fields`
  const label = `Map the fields of ${model}`
  if (isKnown) {
    return (
      <Link className={buttonClass('plain', 'small')} href={target} prefetch={false} aria-label={label}>
        Map fields
      </Link>
    )
  }
  return (
    <Button
      size="small"
      disabled={isBusy}
      title={fault ?? undefined}
      aria-label={label}
      onClick={async () => {
        const made = await change(
          `/api/v1/models/${encodeURIComponent(model)}/mapping`,
          { rules: [], revision: 0 },
          'PUT',
        )
        if (made.ok) router.push(target)
      }}
    >
      Map fields
    </Button>
  )
}
