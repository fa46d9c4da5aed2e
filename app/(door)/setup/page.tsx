/** Owns claiming a fresh instance by its one-time link. */
import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { ClaimForm } from '@/app/(door)/setup/claim-form'
import { DoorFrame } from '@/app/components/door-frame'
import { parseSearch, type RawSearch } from '@/app/search-params'
import { whoLooks } from '@/app/session'
import { SYSTEM } from '@/lib/access/principal'
import { getApp } from '@/lib/runtime/app'
import { isUnclaimed } from '@/lib/services/access/claim-instance'

export const metadata: Metadata = { title: 'Set up', referrer: 'no-referrer' }

export default async function SetupPage({ searchParams }: { searchParams: RawSearch }) {
  const { token } = await parseSearch(searchParams)
  const principal = await whoLooks()
  if (principal.kind === 'user') redirect('/')
  const app = await getApp()
  if (!(await isUnclaimed(app.contextFor(SYSTEM)))) redirect('/sign-in')
  return (
    <DoorFrame title="Make this instance yours">
      <p>Choose the name and password of the administrator. This can be done once.</p>
      <ClaimForm token={token} />
    </DoorFrame>
  )
}
