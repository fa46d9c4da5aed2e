import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { evaluation, verdict, windowOf } from '@/db/conformance/metadata-samples'
import { seedMonitors } from '@/db/conformance/seeded'
import { openConnection } from '@/db/sqlite/connection'
import { defaultMigrationsDir } from '@/db/sqlite/migrate'
import { openTestStores } from '@/db/sqlite/testing'
import type { Monitor } from '@/lib/domain/monitor'
import { DAY_MS } from '@/lib/domain/time'

it('keeps the worst of each window through revisions, as the migration finds it in older databases', async () => {
  await using stores = await openTestStores()
  const { metadata } = stores
  const { monitors, ...stored } = await seedMonitors(metadata, 'fraud', [
    {},
    { column: { family: 'input', name: 'age' } },
    { metric: 'accuracy', column: null, cause: 'quality' },
  ])
  const [amount, age, accuracy] = monitors as [Monitor, Monitor, Monitor]
  const { version } = stored
  const seeded = { ...stored, drift: amount, volume: age }
  const judge = (hour: number, values: [Monitor, number | null][]) =>
    metadata.commitVerdicts(
      verdict(seeded, hour, {
        evaluations: values.map(([monitor, value]) =>
          evaluation(monitor, hour, { value, verdict: (value ?? 0) > 0.1 ? 'drift' : 'ok' }),
        ),
      }),
    )
  await judge(0, [
    [amount, 0.4],
    [age, 0.2],
  ])
  await judge(1, [[age, null]])
  // Only one of the two is judged again, and better: the other one is the worst now.
  await judge(0, [[amount, 0.05]])

  // What is bad when it falls is worst where it is smallest.
  await judge(2, [[accuracy, 0.9]])
  await judge(3, [[accuracy, 0.6]])
  const [worst] = await metadata.listTraces({
    versionIds: [version.id],
    metrics: ['accuracy'],
    range: { startMs: windowOf(0).startMs, endMs: windowOf(4).startMs },
    cellMs: 30 * DAY_MS,
    by: 'metric',
    limit: 10,
  })
  expect(worst).toMatchObject({ value: 0.6, judged: 2 })

  const db = openConnection({ path: join(stores.dir, 'plumbline.db') })
  onTestFinished(() => void db.close())
  const rows = () =>
    db
      .prepare(
        `SELECT worst.*, worst.window_start_ms AS at, worst.monitor_id AS monitor,
           evaluation.value IS worst.value AND evaluation.limit_value IS worst.limit_value AND evaluation.n = worst.n
             AND evaluation.verdict = worst.verdict AND evaluation.revision = worst.revision
             AND evaluation.window_end_ms = worst.window_end_ms AND evaluation.monitor_id = worst.monitor_id AS agrees
         FROM worst_evaluation AS worst JOIN evaluation ON evaluation.id = evaluation_id ORDER BY at`,
      )
      .all()
  const kept = rows()
  expect(kept).toMatchObject([
    { metric: 'drift', monitor: age.id, value: 0.2, judged: 2, breached: 1, agrees: 1 },
    { metric: 'drift', monitor: age.id, value: null, judged: 1, breached: 0 },
    { metric: 'accuracy', value: 0.9 },
    { metric: 'accuracy', value: 0.6 },
  ])
  db.exec('DELETE FROM worst_evaluation')
  const sql = readFileSync(join(defaultMigrationsDir(), '0001_worst_evaluation.sql'), 'utf8')
  db.exec(sql.split('--> statement-breakpoint').at(-1) ?? '')
  expect(rows()).toEqual(kept)
})
