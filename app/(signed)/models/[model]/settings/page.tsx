/** Owns how a model is judged: cadence, lateness, budget of false alarms, owner, runbook. */
import type { Metadata } from 'next'
import { loadScope, type ModelPageProps, modelTitle } from '@/app/(signed)/models/[model]/load-scope'
import { ModelFrame } from '@/app/(signed)/models/[model]/model-frame'
import { SettingsForm } from '@/app/(signed)/models/[model]/settings/settings-form'
import { CADENCE_WORDS } from '@/lib/domain/cadence-words'
import { getWatched } from '@/lib/queries/watched-columns'

export async function generateMetadata({ params }: ModelPageProps): Promise<Metadata> {
  return { title: await modelTitle(params, 'Settings') }
}

export default async function ModelSettingsPage(props: ModelPageProps) {
  const { ctx, scope, query, zone, isAdmin } = await loadScope(props)
  const watched = await getWatched(ctx, scope.version)
  return (
    <ModelFrame
      scope={scope}
      query={query}
      tab="settings"
      zone={zone}
      sentence={`One window is ${CADENCE_WORDS[scope.model.settings.cadence]} long.`}
      hasRange={false}
    >
      <SettingsForm
        model={scope.model.name}
        settings={scope.model.settings}
        watched={watched}
        isEditable={isAdmin}
      />
    </ModelFrame>
  )
}
