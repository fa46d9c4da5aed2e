import { describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { hour } from '@/lib/alert/testing'
import { getAlert } from '@/lib/queries/get-alert'
import { ADMIN, AlertInstance, VIEWER } from '@/lib/services/alerts/alert-testing'
import { assignAlert } from '@/lib/services/alerts/assign-alert'
import { commentAlert } from '@/lib/services/alerts/comment-alert'
import { judgeAlert } from '@/lib/services/alerts/judge-alert'
import { resolveAlert } from '@/lib/services/alerts/resolve-alert'
import { seeAlert } from '@/lib/services/alerts/see-alert'

const NOW_MS = hour(1).endMs + 1_000

const firing = () => AlertInstance.firing(openTestStores)

describe('what people note about an alert', () => {
  it('is for administrators, but for having looked', async () => {
    await using instance = await firing()
    const viewer = instance.context(NOW_MS, VIEWER)
    for (const act of [
      assignAlert(viewer, 1, 'eve'),
      commentAlert(viewer, 1, 'x'),
      judgeAlert(viewer, 1, 'real'),
    ])
      await expect(act).rejects.toMatchObject({ code: 'forbidden' })
    await seeAlert(viewer, 1)
    expect((await instance.alert()).firstSeenMs).toBe(NOW_MS)
    await seeAlert(instance.context(NOW_MS + 5, ADMIN), 1)
    expect((await instance.alert()).firstSeenMs).toBe(NOW_MS)
    await expect(seeAlert(viewer, 99)).rejects.toMatchObject({ code: 'not_found' })
    await expect(seeAlert(instance.context(NOW_MS, { kind: 'anonymous' }), 1)).rejects.toMatchObject({
      code: 'unauthorized',
    })
  })

  it('gives it to somebody, and back', async () => {
    await using instance = await firing()
    const ctx = instance.context(NOW_MS, ADMIN)
    expect(await assignAlert(ctx, 1, ' data team ')).toMatchObject({ assignee: 'data team' })
    await assignAlert(ctx, 1, 'data team')
    expect(await assignAlert(ctx, 1, null)).toMatchObject({ assignee: null })
    for (const wrong of ['', '  ', 'x'.repeat(201)])
      await expect(assignAlert(ctx, 1, wrong)).rejects.toMatchObject({ code: 'invalid' })
    const { events } = await getAlert(ctx, 1)
    expect(events.filter(({ kind }) => kind === 'assigned').map(({ note }) => note)).toEqual([
      'To data team.',
      'To nobody.',
    ])
    await resolveAlert(ctx, 1)
    await expect(assignAlert(ctx, 1, 'eve')).rejects.toMatchObject({ code: 'conflict' })
  })

  it('marks it as real or false, also once it is over, and survives what the evaluator does', async () => {
    await using instance = await firing()
    const ctx = instance.context(NOW_MS, ADMIN)
    await judgeAlert(ctx, 1, 'false_alarm')
    await judgeAlert(ctx, 1, 'false_alarm')
    await commentAlert(ctx, 1, 'A campaign began in the morning.')
    await instance.judge(2, ['drift', 'drift'])
    expect(await instance.alert()).toMatchObject({
      judgement: 'false_alarm',
      judgedBy: 'ada',
      judgedMs: NOW_MS,
    })
    await resolveAlert(ctx, 1)
    expect(await judgeAlert(ctx, 1, 'real')).toMatchObject({ judgement: 'real', state: 'resolved' })
    expect(await judgeAlert(ctx, 1, null)).toMatchObject({ judgement: null, judgedBy: null, judgedMs: null })
    await commentAlert(ctx, 1, 'It was real after all.')
    for (const wrong of ['', ' \n ', 'x'.repeat(4_001)])
      await expect(commentAlert(ctx, 1, wrong)).rejects.toMatchObject({ code: 'invalid' })
    const notes = (await getAlert(ctx, 1)).events.filter(({ actor }) => actor === 'ada')
    expect(notes.map(({ kind }) => kind)).toEqual([
      'judged',
      'commented',
      'resolved',
      'judged',
      'judged',
      'commented',
    ])
    const audit = await instance.stores.metadata.listAudit(3)
    expect(audit.map(({ action }) => action)).toEqual(['alert.comment', 'alert.judge', 'alert.judge'])
  })
})
