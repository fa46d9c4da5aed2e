/** Owns how a message that tells of several alerts names them to people: one line each, and a line for the others. */
import type { Message, MessageAct, MessageGroup } from '@/lib/domain/message'

const ACT_WORDS: Readonly<Record<MessageAct['action'], string>> = {
  acknowledge: 'Acknowledge',
  silence: 'Silence 4 h',
  false_alarm: 'False alarm',
}

/** The links of a message that act, with what they are called. */
export function actLinks({ acts = [], group }: Pick<Message, 'acts' | 'group'>): [string, string][] {
  return acts.map(({ action, url }) => {
    const word = ACT_WORDS[action]
    return [group ? word.replace(/^\w+/, '$& all') : word, url]
  })
}

/** One alert of the group, with where it leads. */
export interface GroupLine {
  readonly text: string
  readonly link: string
}

/** The alerts that a group names, worst first. */
export function groupLines({ messages }: MessageGroup): GroupLine[] {
  return messages.map(({ title, link }) => ({ text: title, link }))
}

/** `and 15 more`, or null when all are named. */
export function othersLine({ told }: MessageGroup, named: number): string | null {
  return told > named ? `and ${(told - named).toLocaleString('en-US')} more` : null
}

/** Which sign of severity a message shows. */
export function lookOf(message: {
  readonly type: string
  readonly alert: { readonly severity: 'critical' | 'warning' } | null
  readonly group?: MessageGroup | null
}): 'critical' | 'warning' | 'resolved' | 'none' {
  const { type, alert, group } = message
  if (type === 'alert.resolved' || (group && group.firing === 0)) return 'resolved'
  return group?.severity ?? alert?.severity ?? 'none'
}
