/** Owns the face of a model that has never received data: what to send, ready to paste. */

import { recordCommand } from '@/app/(signed)/ingest/snippets'
import { ModelFrame } from '@/app/(signed)/models/[model]/model-frame'
import { CodeBlock } from '@/app/components/code-block'
import { EmptyState } from '@/app/components/empty-state'
import type { Query } from '@/app/links'
import type { ModelScope } from '@/lib/queries/model-scope'

export function AwaitingModel({
  scope,
  query,
  zone,
  publicUrl,
}: {
  scope: ModelScope
  query: Query
  zone: string
  publicUrl: string
}) {
  return (
    <ModelFrame
      scope={scope}
      query={query}
      tab="overview"
      zone={zone}
      sentence="No record has arrived yet."
      hasRange={false}
    >
      <EmptyState sentence="Send the first prediction record, and this page fills within two seconds.">
        <CodeBlock
          label="the first record"
          text={recordCommand(publicUrl, scope.model.name, scope.version?.name ?? '1')}
        />
      </EmptyState>
    </ModelFrame>
  )
}
