/** Owns the whole conformance suite of a metadata driver. */
import { testMetadataAccess } from '@/db/conformance/metadata-access'
import { testMetadataCustom } from '@/db/conformance/metadata-custom'
import { testMetadataGroups } from '@/db/conformance/metadata-groups'
import { testMetadataModels } from '@/db/conformance/metadata-models'
import { testMetadataOutbox } from '@/db/conformance/metadata-outbox'
import { testMetadataRules } from '@/db/conformance/metadata-rules'
import type { OpenMetadata } from '@/db/conformance/metadata-samples'
import { testMetadataSelf } from '@/db/conformance/metadata-self'
import { testMetadataSlices } from '@/db/conformance/metadata-slices'
import { testMetadataVerdicts } from '@/db/conformance/metadata-verdicts'

export function testMetadataStore(open: OpenMetadata): void {
  testMetadataModels(open)
  testMetadataVerdicts(open)
  testMetadataOutbox(open)
  testMetadataGroups(open)
  testMetadataSelf(open)
  testMetadataAccess(open)
  testMetadataRules(open)
  testMetadataSlices(open)
  testMetadataCustom(open)
}
