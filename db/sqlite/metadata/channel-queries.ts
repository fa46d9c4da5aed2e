/** Owns the queries of channels. */
import { and, asc, eq } from 'drizzle-orm'
import type { NotificationRecords } from '@/db/contracts/notification-records'
import type { Handle } from '@/db/sqlite/metadata/database'
import { channels, notifications } from '@/db/sqlite/schema/notifications'

/** What may be shown: never the address or the secret. */
const SHOWN = {
  id: channels.id,
  name: channels.name,
  kind: channels.kind,
  enabled: channels.enabled,
  createdMs: channels.createdMs,
  host: channels.host,
}

type ChannelQueries = Pick<
  NotificationRecords,
  'addChannel' | 'listChannels' | 'findChannelWithSecret' | 'updateChannel' | 'deleteChannel'
>

export function createChannelQueries({ orm, units }: Handle): ChannelQueries {
  const isKept = eq(channels.deleted, false)

  return {
    addChannel: ({ name, kind, enabled, createdMs, host, url, secret }) =>
      units.write(() =>
        orm
          .insert(channels)
          .values({ name, kind, enabled, createdMs, host, url, secret })
          .returning(SHOWN)
          .get(),
      ),
    listChannels: () =>
      units.read(() => orm.select(SHOWN).from(channels).where(isKept).orderBy(asc(channels.id)).all()),
    findChannelWithSecret: (channelId) =>
      units.read(() => {
        const fields = { ...SHOWN, url: channels.url, secret: channels.secret }
        return (
          orm
            .select(fields)
            .from(channels)
            .where(and(eq(channels.id, channelId), isKept))
            .get() ?? null
        )
      }),
    async updateChannel(channelId, { enabled, name }) {
      await units.write(() =>
        orm
          .update(channels)
          // Drizzle refuses an empty change.
          .set({ enabled, name, id: channelId })
          .where(and(eq(channels.id, channelId), isKept))
          .run(),
      )
    },
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
