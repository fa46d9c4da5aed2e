/** Owns what is said beside the rail at an address of nothing: a name that is wrong, or not known yet. */
import Link from 'next/link'
import { PageHeader } from '@/app/components/page-parts'

export default function NotFound() {
  return (
    <>
      <PageHeader
        title="There is nothing at this address"
        sentence="The model, version or alert may have been renamed, or its data may have reached the end of its retention. What was sent a moment ago appears once its first records were read."
      />
      <p>
        <Link href="/">Go to the models</Link>
      </p>
    </>
  )
}
