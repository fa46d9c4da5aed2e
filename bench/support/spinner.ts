/** Owns a process that does nothing but keep a core busy behind senders: what any work there costs them at the least. */
import { spawn } from 'node:child_process'
import { setPriority } from 'node:os'
import { BEHIND_SENDERS } from '@/lib/runtime/priority'

/** @returns what `work` gives, done beside the loop */
export async function besideSpinner<T>(work: () => Promise<T>): Promise<T> {
  const child = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' })
  try {
    if (child.pid !== undefined) setPriority(child.pid, BEHIND_SENDERS)
    // Until it has started.
    await new Promise((resolve) => setTimeout(resolve, 300))
    return await work()
  } finally {
    child.kill('SIGKILL')
  }
}
