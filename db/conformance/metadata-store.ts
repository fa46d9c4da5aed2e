/** Owns the whole conformance suite of a metadata driver. */
import { testMetadataAccess } from '@/db/conformance/metadata-access'
import { testAlertChanges } from '@/db/conformance/metadata-alert-changes'
import { testAlertLists } from '@/db/conformance/metadata-alert-lists'
import { testMetadataCustom } from '@/db/conformance/metadata-custom'
import { testMetadataEvaluations } from '@/db/conformance/metadata-evaluations'
import { testMetadataGroups } from '@/db/conformance/metadata-groups'
import { testMetadataModels } from '@/db/conformance/metadata-models'
import { testMetadataOutbox } from '@/db/conformance/metadata-outbox'
import { testMetadataRules } from '@/db/conformance/metadata-rules'
import { testMetadataSelf } from '@/db/conformance/metadata-self'
import { testMetadataSlices } from '@/db/conformance/metadata-slices'
import { testMetadataVerdicts } from '@/db/conformance/metadata-verdicts'
import type { OpenMetadata } from '@/db/conformance/seeded'

export function testMetadataStore(open: OpenMetadata): void {
  testMetadataModels(open)
  testMetadataVerdicts(open)
  testMetadataEvaluations(open)
  testAlertLists(open)
  testAlertChanges(open)
  testMetadataOutbox(open)
  testMetadataGroups(open)
  testMetadataSelf(open)
  testMetadataAccess(open)
  testMetadataRules(open)
  testMetadataSlices(open)
  testMetadataCustom(open)
}
