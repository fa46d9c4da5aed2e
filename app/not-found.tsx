/** Owns the page for addresses that lead nowhere. */
import Link from 'next/link'
import { DoorFrame } from '@/app/components/door-frame'

export default function NotFound() {
  return (
    <DoorFrame title="There is nothing at this address">
      <p>
        The model, version or alert may have been renamed or its data may have reached the end of its
        retention.
      </p>
      <p>
        <Link href="/">Go to the models</Link>
      </p>
    </DoorFrame>
  )
}
