/** Owns the progress bar: one line that redraws itself on a terminal, a line now and then elsewhere. */

export interface Progress {
  update(done: number, note?: string): void
  finish(note: string): void
}

const WIDTH = 28
const REDRAW_MS = 100
const LINE_MS = 10_000

/** @param total how much there is; null when nobody knows */
export function createProgress(
  label: string,
  total: number | null,
  stream: NodeJS.WriteStream = process.stderr,
): Progress {
  let drawnMs = 0
  const draw = (done: number, note: string) => {
    const share = total ? Math.min(1, done / total) : 0
    const bar = total ? `[${'#'.repeat(Math.round(share * WIDTH)).padEnd(WIDTH, '.')}] ` : ''
    const percent = total ? ` ${Math.floor(share * 100)} %` : ''
    return `${label} ${bar}${done.toLocaleString('en')}${percent}${note ? `  ${note}` : ''}`
  }
  return {
    update(done, note = '') {
      const nowMs = performance.now()
      if (nowMs - drawnMs < (stream.isTTY ? REDRAW_MS : LINE_MS)) return
      drawnMs = nowMs
      stream.write(stream.isTTY ? `\r\u001b[K${draw(done, note)}` : `${draw(done, note)}\n`)
    },
    finish(note) {
      stream.write(`${stream.isTTY ? '\r\u001b[K' : ''}${label}: ${note}\n`)
    },
  }
}
