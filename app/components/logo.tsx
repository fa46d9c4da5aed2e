/** Owns the mark: a plumb bob on its line. */
export function Logo() {
  return (
    <svg width="18" height="22" viewBox="0 0 18 22" aria-hidden="true" fill="none">
      <path d="M9 0v9" stroke="var(--text-quiet)" strokeWidth="1.5" />
      <path d="M4.5 9h9v4.5L9 21.5 4.5 13.5Z" fill="var(--accent)" />
    </svg>
  )
}
