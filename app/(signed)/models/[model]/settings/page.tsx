/** Owns how a model is judged: cadence, lateness, budget of false alarms, owner, runbook. */
import type { Metadata } from 'next'
import { loadScope, type ModelPageProps, modelTitle } from '@/app/(signed)/models/[model]/load-scope'
import { ModelFrame } from '@/app/(signed)/models/[model]/model-frame'
import { FieldRules } from '@/app/(signed)/models/[model]/settings/field-rules'
import { RuleHistory, RuleList } from '@/app/(signed)/models/[model]/settings/rule-history'
import { SettingsForm } from '@/app/(signed)/models/[model]/settings/settings-form'
import { Quiet, Section } from '@/app/components/page-parts'
import { CADENCE_WORDS } from '@/lib/domain/cadence-words'
import { getFieldRules } from '@/lib/queries/field-rules'
import { getWatched } from '@/lib/queries/watched-columns'

export async function generateMetadata({ params }: ModelPageProps): Promise<Metadata> {
  return { title: await modelTitle(params, 'Settings') }
}

export default async function ModelSettingsPage(props: ModelPageProps) {
  const { ctx, scope, query, zone, isAdmin } = await loadScope(props)
  const rules = await getFieldRules(ctx, scope.model.name)
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
      <Section
        id="fields"
        title="Fields and privacy"
        sentence="What is done to records of this model before anything of them is written: to the log, to the quarantine, anywhere. A rule holds for a field under all its names."
      >
        {isAdmin ? (
          <FieldRules model={scope.model.name} rules={rules.rules} revision={rules.revision} />
        ) : rules.rules.length === 0 ? (
          <Quiet>Every field is kept as it came.</Quiet>
        ) : (
          <RuleList rules={rules.rules} />
        )}
        <RuleHistory history={rules.history} zone={zone} />
      </Section>
    </ModelFrame>
  )
}
