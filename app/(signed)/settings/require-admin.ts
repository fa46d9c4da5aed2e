/** Owns keeping viewers off the settings: to them these pages do not exist. */
import { notFound } from 'next/navigation'
import { type PageContext, requireViewer } from '@/app/session'

export async function requireAdmin(): Promise<PageContext> {
  const page = await requireViewer()
  if (page.user.role !== 'admin') notFound()
  return page
}
