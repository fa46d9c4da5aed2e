'use client'
/** Owns revoking a key, after asking. */
import { ConfirmButton } from '@/app/components/confirm-button'

export function RevokeKey({ keyId, name }: { keyId: number; name: string }) {
  return (
    <ConfirmButton
      text="Revoke"
      label={`Revoke the key ${name}`}
      question="Whatever uses this key is refused from now on. This cannot be undone."
      path={`/api/v1/keys/${keyId}`}
      method="DELETE"
    />
  )
}
