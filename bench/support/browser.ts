/** Owns opening a page in headless Chromium with an empty profile and measuring what a visitor feels. */
import { existsSync } from 'node:fs'
import { type Browser, chromium } from '@playwright/test'

export interface PageMeasure {
  /** Bytes on the wire, compressed, of everything the page loaded. */
  readonly wireKib: number
  /** Last change of the document before one second of quiet. */
  readonly settledMs: number
  /** Time that tasks took beyond 50 ms each. */
  readonly blockingMs: number
  readonly domNodes: number
}

const SYSTEM_CHROMIUM = '/usr/bin/chromium'

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    ...(existsSync(SYSTEM_CHROMIUM) ? { executablePath: SYSTEM_CHROMIUM } : {}),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--no-first-run',
    ],
  })
}

/** Watches for long tasks and document changes from the first moment of the page on. */
const OBSERVE = `
  window.__blocking = 0; window.__changed = 0;
  new PerformanceObserver((list) => { for (const e of list.getEntries()) window.__blocking += Math.max(0, e.duration - 50) }).observe({ type: 'longtask', buffered: true });
  document.addEventListener('DOMContentLoaded', () => { window.__changed = performance.now();
    new MutationObserver(() => { window.__changed = performance.now() }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true }) });
`

/** Visits `url` with a fresh profile and these cookies. */
export async function measurePage(
  browser: Browser,
  url: string,
  cookie: { name: string; value: string },
): Promise<PageMeasure> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  await context.addCookies([{ ...cookie, url }])
  const page = await context.newPage()
  await page.addInitScript(OBSERVE)
  const session = await context.newCDPSession(page)
  await session.send('Network.enable')
  let wireBytes = 0
  session.on('Network.loadingFinished', (event) => {
    wireBytes += event.encodedDataLength
  })
  await page.goto(url, { waitUntil: 'load' })
  const settledMs = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const watch = window as unknown as { __changed: number }
        const check = () =>
          performance.now() - watch.__changed > 1000 ? resolve(watch.__changed) : setTimeout(check, 50)
        check()
      }),
  )
  const [blockingMs, domNodes] = await page.evaluate(() => [
    (window as unknown as { __blocking: number }).__blocking,
    document.querySelectorAll('*').length,
  ])
  await context.close()
  return { wireKib: wireBytes / 1024, settledMs, blockingMs: blockingMs ?? 0, domNodes: domNodes ?? 0 }
}
