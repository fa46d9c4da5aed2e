/** Owns the address of one output column. */
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { ColumnPage } from '@/app/(signed)/models/[model]/column-page'
import { loadScope, type ModelPageProps, modelTitle } from '@/app/(signed)/models/[model]/load-scope'
import { fromSegment } from '@/app/links'

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
  return <ColumnPage loaded={loaded} version={version} column={{ family: 'output', name }} />
}
