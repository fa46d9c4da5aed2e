import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createPageLine } from '@/lib/http/page-line'

class Response extends EventEmitter {
  destroyed = false
}

describe('the line of pages', () => {
  function begin(longestTurnMs: number) {
    const line = createPageLine(longestTurnMs)
    const rendered: string[] = []
    const ask = (name: string, response = new Response()) => {
      line(response as unknown as ServerResponse, () => rendered.push(name))
      return response
    }
    return { rendered, ask }
  }

  it('renders one after another, in the order in which they were asked for', async () => {
    const { rendered, ask } = begin(60_000)
    const first = ask('a')
    const second = ask('b')
    ask('c')
    expect(rendered).toEqual(['a'])
    first.emit('finish')
    first.emit('close')
    await sleep(5)
    expect(rendered).toEqual(['a', 'b'])
    second.emit('close')
    await sleep(5)
    expect(rendered).toEqual(['a', 'b', 'c'])
  })

  it('goes on without a reader who takes long, and passes over those who left', async () => {
    const { rendered, ask } = begin(20)
    ask('slow')
    ask('gone').destroyed = true
    ask('next')
    await sleep(100)
    expect(rendered).toEqual(['slow', 'next'])
  })

  it('asks to come again who comes when two hundred wait, and takes on others when some had their turn', async () => {
    const { rendered, ask } = begin(60_000)
    const first = ask('first')
    for (let index = 0; index < 200; index++) ask(`${index}`)
    const answer = { status: 0, headers: {} as Record<string, string> }
    const late = Object.assign(new Response(), {
      setHeader: (name: string, value: string) => {
        answer.headers[name] = value
      },
      writeHead: (status: number) => {
        answer.status = status
      },
      end: () => {},
    })
    ask('late', late)
    expect(answer).toEqual({ status: 503, headers: { 'retry-after': '5' } })
    first.emit('close')
    await sleep(5)
    ask('again')
    expect(rendered).toEqual(['first', '0'])
  })

  it('starts again after it was empty', async () => {
    const { rendered, ask } = begin(60_000)
    ask('a').emit('finish')
    await sleep(5)
    ask('b')
    expect(rendered).toEqual(['a', 'b'])
  })
})
