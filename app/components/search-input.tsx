'use client'
/** Owns the field of a search: it shows what the address says, and keeps the focus when its own search changes that. */
import { useEffect, useRef } from 'react'
import { inputClass } from '@/app/components/field'

export function SearchInput({
  label,
  search,
  className,
}: {
  label: string
  search: string
  className: string | undefined
}) {
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (field.current) field.current.value = search
  }, [search])
  return (
    <input
      ref={field}
      type="search"
      name="q"
      aria-label={label}
      placeholder={label}
      defaultValue={search}
      maxLength={200}
      autoComplete="off"
      className={`${inputClass} ${className}`}
    />
  )
}
