import { describe, expect, it } from 'vitest'
import { takeOriginForm } from '@/lib/http/absolute-form'

function taken(url: string) {
  const request: Parameters<typeof takeOriginForm>[0] = { url, headers: { host: 'header.example' } }
  takeOriginForm(request)
  return [request.url, request.headers.host]
}

describe('a request target', () => {
  it.each([
    ['http://a.example/api/v1/ingest?x=1', '/api/v1/ingest?x=1', 'a.example'],
    ['HTTPS://a.example:8443/x', '/x', 'a.example:8443'],
    ['http://[::1]:3000/x', '/x', '[::1]:3000'],
    ['http://a.example', '/', 'a.example'],
    ['http://a.example?x=/y', '/?x=/y', 'a.example'],
    ['http://a.example//evil.example/x', '//evil.example/x', 'a.example'],
    ['http:///x', '/x', ''],
  ])('%s in absolute form is %s of the host %s', (url, target, host) => {
    expect(taken(url)).toEqual([target, host])
  })

  it.each(['/x', '/http://a.example/', '*', 'a.example:443', 'ftp://a.example/', 'x'])(
    '%s stays as it is',
    (url) => {
      expect(taken(url)).toEqual([url, 'header.example'])
    },
  )
})
