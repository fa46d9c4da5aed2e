/** Owns choosing the version that a model's pages are about. No script: links under a summary. */
import Link from 'next/link'
import styles from '@/app/(signed)/models/[model]/version-picker.module.css'
import { buttonClass } from '@/app/components/button'
import { Name } from '@/app/components/name'
import { modelPath, type Query, withQuery } from '@/app/links'
import type { ModelScope } from '@/lib/queries/model-scope'

/** Longer than that it is no choice any more, but a list: that of the versions' own page. */
const MAX_LISTED = 50

export function VersionPicker({ scope, query, path }: { scope: ModelScope; query: Query; path: string }) {
  if (!scope.version) return null
  const [only] = scope.versions
  if (scope.versions.length === 1 && only) {
    return (
      <span className={styles.only}>
        version <Name>{only.name}</Name>
      </span>
    )
  }
  return (
    <details className={styles.picker}>
      <summary className={buttonClass('plain', 'normal')}>
        version <Name>{scope.version.name}</Name> ▾
      </summary>
      <ul className={styles.list}>
        {scope.versions.slice(0, MAX_LISTED).map((version) => (
          <li key={version.id}>
            <Link
              href={withQuery(path, { ...query, version: version.name })}
              prefetch={false}
              className={styles.item}
              aria-current={version.id === scope.version?.id ? 'true' : undefined}
            >
              <Name>{version.name}</Name>
              <span className={styles.mode}>
                {version.profileId === null ? 'not monitored' : version.mode}
              </span>
            </Link>
          </li>
        ))}
        {scope.versions.length > MAX_LISTED && (
          <li>
            <Link href={`${modelPath(scope.model.name)}/versions`} prefetch={false} className={styles.item}>
              All {scope.versions.length} versions
            </Link>
          </li>
        )}
      </ul>
    </details>
  )
}
