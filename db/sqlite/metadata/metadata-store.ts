/** Owns putting the nouns' queries together into one MetadataStore. */
import type { MetadataStore } from '@/db/contracts/metadata-store'
import type { Connection } from '@/db/sqlite/connection'
import { createAccessQueries } from '@/db/sqlite/metadata/access-queries'
import { createAlertQueries } from '@/db/sqlite/metadata/alert-queries'
import { createChannelQueries } from '@/db/sqlite/metadata/channel-queries'
import { createCustomQueries } from '@/db/sqlite/metadata/custom-queries'
import { createHandle } from '@/db/sqlite/metadata/database'
import { createEvaluationQueries } from '@/db/sqlite/metadata/evaluation-queries'
import { createGroupQueries } from '@/db/sqlite/metadata/group-queries'
import { createMarkerQueries } from '@/db/sqlite/metadata/marker-queries'
import { createModelQueries } from '@/db/sqlite/metadata/model-queries'
import { createMonitorQueries } from '@/db/sqlite/metadata/monitor-queries'
import { createOutboxQueries } from '@/db/sqlite/metadata/outbox-queries'
import { createProfileQueries } from '@/db/sqlite/metadata/profile-queries'
import { createRuleQueries } from '@/db/sqlite/metadata/rule-queries'
import { createSelfAlertQueries } from '@/db/sqlite/metadata/self-alert-queries'
import { createSilenceQueries } from '@/db/sqlite/metadata/silence-queries'
import { createSliceQueries } from '@/db/sqlite/metadata/slice-queries'
import { createTraceQueries } from '@/db/sqlite/metadata/trace-queries'
import { createUserQueries } from '@/db/sqlite/metadata/user-queries'
import { createVerdictQueries } from '@/db/sqlite/metadata/verdict-queries'
import type { Units } from '@/db/sqlite/unit-of-work'

/** The metadata store on a migrated database. */
export function createMetadataStore(db: Connection, units: Units): MetadataStore {
  const handle = createHandle(db, units)
  return {
    ...createModelQueries(handle),
    ...createProfileQueries(handle),
    ...createMonitorQueries(handle),
    ...createEvaluationQueries(handle),
    ...createTraceQueries(handle),
    ...createVerdictQueries(handle),
    ...createAlertQueries(handle),
    ...createSilenceQueries(handle),
    ...createSliceQueries(handle),
    ...createChannelQueries(handle),
    ...createOutboxQueries(handle),
    ...createGroupQueries(handle),
    ...createSelfAlertQueries(handle),
    ...createMarkerQueries(handle),
    ...createUserQueries(handle),
    ...createAccessQueries(handle),
    ...createRuleQueries(handle),
    ...createCustomQueries(handle),
  }
}
