'use client'
/** Owns putting the chosen window into the address when a chart is clicked; the page draws the rest. */
import { usePathname, useRouter, useSearchParams } from 'next/navigation'
import type { TimeChartInput } from '@/app/charts/packed-series'
import { TimeChart } from '@/app/charts/time-chart'

export function SelectableChart(props: Omit<TimeChartInput, 'onSelect'>) {
  const router = useRouter()
  const path = usePathname()
  const search = useSearchParams()
  return (
    <TimeChart
      {...props}
      onSelect={(startMs) => {
        const next = new URLSearchParams(search)
        next.set('window', String(startMs))
        router.replace(`${path}?${next}`, { scroll: false })
      }}
    />
  )
}
