/** Owns the door: name and password. */
import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { SignInForm } from '@/app/(door)/sign-in/sign-in-form'
import { DoorFrame } from '@/app/components/door-frame'
import { parseSearch, type RawSearch } from '@/app/search-params'
import { whoLooks } from '@/app/session'
import { SYSTEM } from '@/lib/access/principal'
import { getApp } from '@/lib/runtime/app'
import { isUnclaimed } from '@/lib/services/access/claim-instance'

export const metadata: Metadata = { title: 'Sign in' }

export default async function SignInPage({ searchParams }: { searchParams: RawSearch }) {
  const { next } = await parseSearch(searchParams)
  const principal = await whoLooks()
  if (principal.kind === 'user') redirect(next ?? '/')
  const app = await getApp()
  if (await isUnclaimed(app.contextFor(SYSTEM))) redirect('/setup')
  return (
    <DoorFrame title="Sign in">
      <SignInForm next={next ?? '/'} />
    </DoorFrame>
  )
}
