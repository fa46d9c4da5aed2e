/** Owns the queries of channels. */
import { and, asc, eq, isNull, min, sql } from 'drizzle-orm'
import type { NotificationRecords } from '@/db/contracts/notification-records'
import type { Handle } from '@/db/sqlite/metadata/database'
import { channels, notifications } from '@/db/sqlite/schema/notifications'
import { type Channel, ChannelSettingsSchema } from '@/lib/domain/channel'

/** What may be shown: never the address or the secret. */
const SHOWN = {
  id: channels.id,
  name: channels.name,
  kind: channels.kind,
  enabled: channels.enabled,
  createdMs: channels.createdMs,
  host: channels.host,
  settings: channels.settings,
  health: {
    lastSuccessMs: channels.lastSuccessMs,
    lastFailureMs: channels.lastFailureMs,
    failuresInRow: channels.failuresInRow,
    lastError: channels.lastError,
    delivered: channels.delivered,
    failed: channels.failed,
  },
}

type Row = Omit<Channel, 'settings'> & { readonly settings: string }

function toChannel<T extends Row>(row: T): Omit<T, 'settings'> & Pick<Channel, 'settings'> {
  return { ...row, settings: ChannelSettingsSchema.parse(JSON.parse(row.settings)) }
}

type ChannelQueries = Pick<
  NotificationRecords,
  'addChannel' | 'listChannels' | 'findChannelWithSecret' | 'updateChannel' | 'deleteChannel' | 'listQueues'
>

export function createChannelQueries({ orm, units }: Handle): ChannelQueries {
  const isKept = eq(channels.deleted, false)

  return {
    addChannel: ({ name, kind, enabled, createdMs, host, url, secret, settings = {} }) =>
      units.write(() => {
        const row = { name, kind, enabled, createdMs, host, url, secret, settings: JSON.stringify(settings) }
        // `returning` cannot nest fields as a select can.
        const { id } = orm.insert(channels).values(row).returning({ id: channels.id }).get()
        return toChannel(orm.select(SHOWN).from(channels).where(eq(channels.id, id)).all()[0] as Row)
      }),
    listChannels: () =>
      units.read(() =>
        orm.select(SHOWN).from(channels).where(isKept).orderBy(asc(channels.id)).all().map(toChannel),
      ),
    findChannelWithSecret: (channelId) =>
      units.read(() => {
        const fields = { ...SHOWN, url: channels.url, secret: channels.secret }
        const row = orm
          .select(fields)
          .from(channels)
          .where(and(eq(channels.id, channelId), isKept))
          .get()
        return row ? toChannel(row) : null
      }),
    async updateChannel(channelId, { settings, ...change }) {
      const { enabled, name, host, url, secret } = change
      const text = settings === undefined ? {} : { settings: JSON.stringify(settings) }
      await units.write(() =>
        orm
          .update(channels)
          // Drizzle refuses an empty change.
          .set({ enabled, name, host, url, secret, ...text, id: channelId })
          .where(and(eq(channels.id, channelId), isKept))
          .run(),
      )
    },
    listQueues: () =>
      units.read(() =>
        orm
          .select({
            channelId: notifications.channelId,
            waiting: sql<number>`count(*)`,
            nextTryMs: min(notifications.dueMs),
            oldestFailedMs: sql<
              number | null
            >`min(CASE WHEN ${notifications.attempts} > 0 THEN ${notifications.createdMs} END)`,
          })
          .from(notifications)
          .where(and(eq(notifications.state, sql`'waiting'`), isNull(notifications.groupId)))
          .groupBy(notifications.channelId)
          .all(),
      ),
    async deleteChannel(channelId) {
      await units.write(() => {
        orm
          .update(channels)
          .set({ deleted: true, enabled: false, url: '', secret: '' })
          .where(eq(channels.id, channelId))
          .run()
        orm
          .update(notifications)
          .set({ state: 'cancelled' })
          .where(and(eq(notifications.channelId, channelId), eq(notifications.state, 'waiting')))
          .run()
      })
    },
  }
}
