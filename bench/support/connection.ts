/**
 * Owns one kept-alive HTTP connection that costs its process little: what is measured runs on the same cores, and a
 * client that takes more than the server would be the thing measured. Knows only answers that tell their length.
 */
import net from 'node:net'

const HEAD_END = '\r\n\r\n'

export class Connection {
  private readonly socket: net.Socket
  private readonly head: string
  private received: Buffer = Buffer.alloc(0)
  private waiting: ((status: number) => void) | null = null
  /** Seconds that the last answer asked to wait, or null. */
  retryAfter: number | null = null

  /** @param url where every body is posted to */
  constructor(url: string, headers: Readonly<Record<string, string>>) {
    const { hostname, port, pathname, search, host } = new URL(url)
    const lines = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
    this.head = `POST ${pathname}${search} HTTP/1.1\r\n${lines.join('')}content-length: `
    this.socket = net.connect({ host: hostname, port: Number(port), noDelay: true })
    this.socket.on('data', (bytes) => this.take(bytes))
    this.socket.on('error', () => this.answer(0))
    this.socket.on('close', () => this.answer(0))
  }

  /** Posts one body; resolves with the status, or 0 when the connection failed. One at a time. */
  post(body: Uint8Array): Promise<number> {
    if (this.socket.destroyed) return Promise.resolve(0)
    return new Promise((resolve) => {
      this.waiting = resolve
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
    this.retryAfter = seconds === undefined ? null : Number(seconds)
    this.answer(Number(head.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length)))
  }

  private answer(status: number): void {
    const { waiting } = this
    this.waiting = null
    waiting?.(status)
  }
}
