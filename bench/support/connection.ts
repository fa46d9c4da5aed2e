/**
 * Owns one kept-alive HTTP connection that costs its process little: what is measured runs on the same cores, and a
 * client that takes more than the server would be the thing measured. Knows only answers that tell their length.
 */
import net from 'node:net'

const HEAD_END = '\r\n\r\n'
/** What is read at once. */
const READ_BYTES = 65_536
/** Bodies up to this size are copied behind their head: two pieces cost more than the copy. */
const COPIED_BYTES = 16_384
const NOTHING = Buffer.alloc(0)

/** What came back; status 0 where the connection ended first. */
export interface Answer {
  readonly status: number
  /** Seconds that it asked to wait, or null. */
  readonly retryAfter: number | null
}

const NO_ANSWER: Answer = { status: 0, retryAfter: null }

export class Connection {
  private readonly socket: net.Socket
  private readonly head: string
  /** By the length of the body. */
  private readonly heads = new Map<number, Buffer>()
  /** An answer of which only the beginning has come. */
  private received: Buffer = NOTHING
  /** Requests without their answer, in the order in which answers come. */
  private readonly waiting: ((answer: Answer) => void)[] = []

  /** @param url where every body is posted to */
  constructor(url: string, headers: Readonly<Record<string, string>>) {
    const { hostname, port, pathname, search, host } = new URL(url)
    const lines = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
    this.head = `POST ${pathname}${search} HTTP/1.1\r\n${lines.join('')}content-length: `
    // Read into one buffer for ever: a stream makes one, and calls half a dozen functions, for each answer.
    const take = (length: number, buffer: Uint8Array) => {
      this.take(Buffer.from(buffer.buffer, buffer.byteOffset, length))
      return true
    }
    const onread = { buffer: Buffer.allocUnsafeSlow(READ_BYTES), callback: take }
    this.socket = net.connect({ host: hostname, port: Number(port), noDelay: true, onread })
    this.socket.on('error', () => this.end())
    this.socket.on('close', () => this.end())
  }

  /** Posts one body; resolves with the status, or 0 when the connection failed. */
  async post(body: Uint8Array): Promise<number> {
    return (await this.ask(body)).status
  }

  /** Posts one body, be it behind others that have no answer yet. */
  ask(body: Uint8Array): Promise<Answer> {
    if (this.socket.destroyed) return Promise.resolve(NO_ANSWER)
    return new Promise((resolve) => {
      this.waiting.push(resolve)
      const head = this.headFor(body.length)
      if (body.length <= COPIED_BYTES) {
        this.socket.write(Buffer.concat([head, body]))
        return
      }
      this.socket.cork()
      this.socket.write(head)
      this.socket.write(body)
      this.socket.uncork()
    })
  }

  private headFor(length: number): Buffer {
    const known = this.heads.get(length)
    if (known) return known
    const head = Buffer.from(`${this.head}${length}${HEAD_END}`, 'latin1')
    this.heads.set(length, head)
    return head
  }

  close(): void {
    this.socket.destroy()
  }

  /** @param bytes only valid until this returns */
  private take(bytes: Buffer): void {
    let left = this.received.length === 0 ? bytes : Buffer.concat([this.received, bytes])
    for (let end = left.indexOf(HEAD_END); end >= 0; end = left.indexOf(HEAD_END)) {
      const head = left.toString('latin1', 0, end)
      const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1]
      if (length === undefined) {
        this.socket.destroy(new Error('an answer does not tell its length'))
        return
      }
      const whole = end + HEAD_END.length + Number(length)
      if (left.length < whole) break
      left = left.subarray(whole)
      const status = Number(head.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length))
      const seconds = status === 200 ? undefined : /\r\nretry-after: (\d+)\r/i.exec(`${head}\r`)?.[1]
      this.waiting.shift()?.({ status, retryAfter: seconds === undefined ? null : Number(seconds) })
    }
    this.received = left.length === 0 ? NOTHING : Buffer.from(left)
  }

  private end(): void {
    for (const waiting of this.waiting.splice(0)) waiting(NO_ANSWER)
  }
}
