/** Owns the start of every model page: who looks, which model, version and span the address names. */
import { notFound } from 'next/navigation'
import type { Query } from '@/app/links'
import { fromSegment } from '@/app/links'
import { parseSearch, type RawSearch, type Search, scopeQuery } from '@/app/search-params'
import { orNotFound, pageZone, requireViewer } from '@/app/session'
import type { Context } from '@/lib/access/context'
import { getModelScope, type ModelScope } from '@/lib/queries/model-scope'

export interface ModelPageProps {
  readonly params: Promise<{ model: string }>
  readonly searchParams: RawSearch
}

export interface LoadedScope {
  readonly ctx: Context
  readonly isAdmin: boolean
  readonly scope: ModelScope
  readonly search: Search
  readonly query: Query
  readonly zone: string
}

export async function loadScope({ params, searchParams }: ModelPageProps): Promise<LoadedScope> {
  const { ctx, user } = await requireViewer()
  const name = fromSegment((await params).model)
  if (name === null) notFound()
  const search = await parseSearch(searchParams)
  const scope = await orNotFound(getModelScope(ctx, name, search))
  const isAdmin = user.role === 'admin'
  return { ctx, isAdmin, scope, search, query: scopeQuery(search), zone: await pageZone(search) }
}

/** The document's title: the model's name, or nothing readable. */
export async function modelTitle(params: ModelPageProps['params'], page?: string): Promise<string> {
  const name = fromSegment((await params).model) ?? 'Model'
  return page ? `${page} · ${name}` : name
}
