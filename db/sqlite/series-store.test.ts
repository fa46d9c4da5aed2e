/** Runs the series store's conformance suite on SQLite. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TEST_ARITHMETIC } from '@/db/conformance/series-harness'
import { testSeriesStore } from '@/db/conformance/series-store'
import { openConnection } from '@/db/sqlite/connection'
import { defaultMigrationsDir, migrate } from '@/db/sqlite/migrate'
import { createSeriesStore } from '@/db/sqlite/series/series-store'
import { createUnits } from '@/db/sqlite/unit-of-work'

testSeriesStore(async () => {
  const dir = await mkdtemp(join(tmpdir(), 'plumbline-series-'))
  const db = openConnection({ path: join(dir, 'plumbline.db'), incrementalVacuum: true })
  migrate(db, defaultMigrationsDir(), join(dir, 'backup'))
  return {
    series: createSeriesStore(db, createUnits(db), TEST_ARITHMETIC),
    async dispose() {
      db.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
})
