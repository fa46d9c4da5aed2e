/** Owns the address of one output column. */
import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { ColumnPage } from '@/app/(signed)/models/[model]/column-page'
import { loadScope, type ModelPageProps, modelTitle } from '@/app/(signed)/models/[model]/load-scope'
import { fromSegment, modelPath, withQuery } from '@/app/links'
import { listCustoms } from '@/lib/queries/list-customs'

interface Props extends ModelPageProps {
  readonly params: Promise<{ model: string; column: string }>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: await modelTitle(params, fromSegment((await params).column) ?? 'Output') }
}

export default async function OutputColumnPage(props: Props) {
  const name = fromSegment((await props.params).column)
  const loaded = await loadScope(props)
  const { version } = loaded.scope
  if (name === null || version === null) notFound()
  // Alerts of custom metrics lead to an output of their name.
  const customs = await listCustoms(loaded.ctx, loaded.scope.model.name)
  if (customs.some((metric) => metric.name === name))
    redirect(withQuery(`${modelPath(loaded.scope.model.name)}/metrics`, { ...loaded.query, q: name }))
  return <ColumnPage loaded={loaded} version={version} column={{ family: 'output', name }} />
}
