'use client'
/** Owns the page for a page that failed: what happened, its id for the log, and trying again. */
import { Button } from '@/app/components/button'
import { DoorFrame } from '@/app/components/door-frame'

export default function ErrorPage({ error }: { error: Error & { digest?: string } }) {
  return (
    <DoorFrame title="This page could not be made">
      <p>The server met an error while reading the data for this page. Nothing was changed.</p>
      {error.digest && (
        <p>
          Look for <code>{error.digest}</code> in the server's log.
        </p>
      )}
      <p>
        {/* A whole new page: the router would show the failed answer that it kept. */}
        <Button look="primary" onClick={() => window.location.reload()}>
          Try again
        </Button>
      </p>
    </DoorFrame>
  )
}
