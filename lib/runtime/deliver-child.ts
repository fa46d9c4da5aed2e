/** Owns the process that a test kills while it delivers: at each tick of its parent's clock it does what the worker does. For tests only. */
import { openReaderStores } from '@/db/sqlite/open'
import { SYSTEM } from '@/lib/access/principal'
import { testContext } from '@/lib/access/testing'
import { deliverDue } from '@/lib/services/notifications/deliver-due'
import { watchSelf } from '@/lib/services/notifications/watch-self'

const [dataDir = ''] = process.argv.slice(2)
const stores = await openReaderStores({ dataDir })

/** The clock, and how long receivers may take to answer, where that is not the usual time. */
interface Tick {
  readonly nowMs: number
  readonly timeoutMs?: number
}

process.on('message', async ({ nowMs, timeoutMs }: Tick) => {
  const ctx = testContext(stores, {
    principal: SYSTEM,
    nowMs,
    publicUrl: 'http://plumbline.example',
    outboundAllow: ['127.0.0.0/8'],
  })
  await watchSelf(ctx, { room: null, failing: {}, upSinceMs: 0 })
  await deliverDue(ctx, { patienceMs: 5_000, timeoutMs })
  process.send?.('done')
})
process.on('disconnect', () => process.exit(0))
process.send?.('ready')
