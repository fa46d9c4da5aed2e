/** Owns the inputs of one channel, by its kind; shared by adding and changing. */
import { KINDS } from '@/app/(signed)/settings/channels/kinds'
import { Field, fieldClass, inputClass } from '@/app/components/field'
import type { ChannelKind, ChannelSettings } from '@/lib/domain/channel'

export function ChannelFields({
  kind,
  name,
  settings,
  isNew,
}: {
  kind: ChannelKind
  name?: string
  settings?: ChannelSettings
  /** Else an empty address or secret means: as it is. */
  isNew: boolean
}) {
  const { url, secret } = KINDS[kind]
  const asItIs = isNew ? '' : ' Empty: as it is.'
  return (
    <>
      <Field label="Name" name="name" required maxLength={100} defaultValue={name} autoComplete="off" />
      {url && (
        <Field
          key={`${kind} url`}
          label={url.label}
          name="url"
          required={isNew && kind !== 'pagerduty'}
          placeholder={isNew ? url.placeholder : undefined}
          hint={url.hint + asItIs}
          autoComplete="off"
          spellCheck={false}
        />
      )}
      {kind === 'email' && <MailFields settings={settings} />}
      {secret && (
        <Field
          key={`${kind} secret`}
          label={secret.label}
          name="secret"
          type="password"
          required={isNew && kind === 'pagerduty'}
          hint={isNew ? secret.hint : `Kept encrypted and never shown.${asItIs}`}
          autoComplete="new-password"
        />
      )}
    </>
  )
}

function MailFields({ settings = {} }: { settings?: ChannelSettings }) {
  return (
    <>
      <Field label="From" name="from" type="email" required defaultValue={settings.from} />
      <Field
        label="To"
        name="to"
        required
        defaultValue={settings.to?.join(', ')}
        hint="Up to 50 addresses, with commas between them."
      />
      <div className={fieldClass}>
        <label htmlFor="security">Encryption</label>
        <select
          id="security"
          name="security"
          className={inputClass}
          defaultValue={settings.security ?? 'starttls'}
        >
          <option value="starttls">STARTTLS</option>
          <option value="tls">TLS from the first byte</option>
          <option value="none">None</option>
        </select>
      </div>
      <Field label="User name" name="username" defaultValue={settings.username} autoComplete="off" />
    </>
  )
}

/** What was filled in, as the API takes it; empty fields are left out. */
export function readChannelForm(form: FormData): Record<string, unknown> {
  const body: Record<string, unknown> = {}
  for (const name of ['name', 'url', 'secret', 'from', 'username', 'security']) {
    const text = form.get(name)
    if (typeof text === 'string' && text.trim() !== '') body[name] = text.trim()
  }
  const to = form.get('to')
  if (typeof to === 'string') body.to = to.split(/[,;\s]+/).filter((address) => address !== '')
  return body
}
