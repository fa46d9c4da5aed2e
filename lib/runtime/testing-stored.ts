/** Owns looking into a data folder beside its server: what of the sent records is really there. For tests only. */
import type { LogPosition } from '@/db/contracts/log-store'
import { openReaderStores } from '@/db/sqlite/open'

const RECORDS_A_READ = 10_000

/** How often each prediction id is stored in a data folder. */
export async function readStored(dataDir: string): Promise<Map<string, number>> {
  const stores = await openReaderStores({ dataDir })
  const counts = new Map<string, number>()
  try {
    let position: LogPosition | null = null
    for (;;) {
      const blocks = await stores.log.readRecords(position, RECORDS_A_READ)
      for (const { records } of blocks) {
        for (const { id } of records) counts.set(id, (counts.get(id) ?? 0) + 1)
      }
      const last = blocks.at(-1)
      if (!last) return counts
      position = last.position
    }
  } finally {
    await stores.close()
  }
}
