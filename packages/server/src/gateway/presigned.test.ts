import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { test } from 'node:test'
import type { Credentials } from '@fairlead/testkit/api-client'
import { type Given, given, region } from '@fairlead/testkit/given'
import { ManualClock } from '@fairlead/testkit/manual-clock'
import { hmacSigner, presign } from '@fairlead/wire/sigv4'

const identity = '/?Action=GetCallerIdentity&Version=2011-06-15'
const minute = 60_000

/** The target of a GET that carries its signature, good for a quarter of an hour. */
function presigned({ url, rootCredentials }: Given, now: Date, credentials: Credentials = rootCredentials): string {
  const request = { method: 'GET', target: identity, rawHeaders: ['Host', new URL(url).host] }
  return presign(request, '', {
    signer: hmacSigner(credentials, (key, text) => createHmac('sha256', key).update(text).digest()),
    region,
    service: 'sts',
    now,
    sha256: (input) => createHash('sha256').update(input).digest('hex'),
    expires: 900,
  })
}

async function ask({ url }: Given, target: string): Promise<string> {
  const answer = await fetch(`${url}${target}`)
  const text = await answer.text()
  return `${answer.status} ${/<(?:Arn|Code)>([^<]*)/.exec(text)?.[1] ?? text}`
}

test('a URL that was signed is answered to whoever has it, until it expires', async (t) => {
  const clock = new ManualClock()
  const server = await given(t, { clock })
  const target = presigned(server, clock.now())

  assert.equal(await ask(server, target), '200 arn:aws:iam::123456789012:root')
  clock.advance(14 * minute)
  assert.equal(await ask(server, target), '200 arn:aws:iam::123456789012:root')
  clock.advance(2 * minute)
  assert.equal(await ask(server, target), '403 SignatureDoesNotMatch')
})

test('a signed URL asks for nothing but what was signed', async (t) => {
  const server = await given(t)
  const target = presigned(server, new Date())

  for (const changed of [
    target.replace('GetCallerIdentity', 'GetSessionToken'),
    `${target}&UserName=alice`,
    target.replace('X-Amz-Expires=900', 'X-Amz-Expires=90000'),
    target.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
  ]) {
    assert.equal(await ask(server, changed), '403 SignatureDoesNotMatch', changed)
  }
})
