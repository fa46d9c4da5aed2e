/**
 * Owns one kept-alive HTTP connection that costs its process little: what is measured runs on the same cores, and a
 * client that takes more than the server would be the thing measured. Knows only answers that tell their length.
 */
import net from 'node:net'

const HEAD_END = '\r\n\r\n'

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
  private received: Buffer = Buffer.alloc(0)
  /** Requests without their answer, in the order in which answers come. */
  private readonly waiting: ((answer: Answer) => void)[] = []

  /** @param url where every body is posted to */
  constructor(url: string, headers: Readonly<Record<string, string>>) {
    const { hostname, port, pathname, search, host } = new URL(url)
    const lines = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
    this.head = `POST ${pathname}${search} HTTP/1.1\r\n${lines.join('')}content-length: `
    this.socket = net.connect({ host: hostname, port: Number(port), noDelay: true })
    this.socket.on('data', (bytes) => this.take(bytes))
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
      this.socket.cork()
      this.socket.write(`${this.head}${body.length}${HEAD_END}`, 'latin1')
      this.socket.write(body)
      this.socket.uncork()
    })
  }

  close(): void {
    this.socket.destroy()
  }

  private take(bytes: Buffer): void {
    this.received = this.received.length === 0 ? bytes : Buffer.concat([this.received, bytes])
    for (;;) {
      const end = this.received.indexOf(HEAD_END)
      if (end < 0) return
      const head = this.received.toString('latin1', 0, end)
      const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1]
      if (length === undefined) {
        this.socket.destroy(new Error('an answer does not tell its length'))
        return
      }
      const whole = end + HEAD_END.length + Number(length)
      if (this.received.length < whole) return
      this.received = this.received.subarray(whole)
      const seconds = /\r\nretry-after: (\d+)\r/i.exec(`${head}\r`)?.[1]
      const status = Number(head.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length))
      this.waiting.shift()?.({ status, retryAfter: seconds === undefined ? null : Number(seconds) })
    }
  }

  private end(): void {
    for (const waiting of this.waiting.splice(0)) waiting(NO_ANSWER)
  }
}
