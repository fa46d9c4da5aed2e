'use client'
/** Owns the last resort: a failure in the layout itself. */
import '@/app/theme.css'
import ErrorPage from '@/app/error'

export default function GlobalError(props: { error: Error & { digest?: string } }) {
  return (
    <html lang="en" data-theme="system">
      <body>
        <ErrorPage {...props} />
      </body>
    </html>
  )
}
