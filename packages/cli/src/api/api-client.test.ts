import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { given } from '@fairlead/testkit/given'
import { ApiClient } from './api-client.ts'

const now = () => new Date()

test('a server takes the requests of the client, and the client its answers', async (t) => {
  const { url, rootCredentials } = await given(t)
  const client = new ApiClient({
    endpoint: { url },
    region: 'us-east-1',
    credentials: { sessionToken: undefined, ...rootCredentials },
    now,
  })

  assert.equal(await client.callerArn(), 'arn:aws:iam::123456789012:root')
  assert.deepEqual((await client.ssm('DescribeInstanceInformation', {})).InstanceInformationList, [])
  await client.iam('CreateUser', { UserName: 'a+b=c' })
  await assert.rejects(client.iam('CreateUser', { UserName: 'a+b=c' }), { code: 'EntityAlreadyExists', status: 409 })
  await assert.rejects(client.ssm('SendCommand', { DocumentName: 'None', InstanceIds: ['mi-01234567890abcdef'] }), {
    name: 'ApiError',
    code: 'InvalidDocument',
  })
})

test('https is spoken with a server whose private authority is known, and with no other', async (t) => {
  const { server, rootCredentials } = await given(t, { secure: true })
  const url = server.urls.find((one) => one.startsWith('https:')) ?? ''
  const client = (certificateAuthority: string | undefined) =>
    new ApiClient({
      endpoint: { url, certificateAuthority },
      region: 'us-east-1',
      credentials: { sessionToken: undefined, ...rootCredentials },
      now,
    })

  assert.match(await client(readFileSync(server.caFile ?? '', 'utf8')).callerArn(), /:root$/)
  await assert.rejects(client(undefined).callerArn(), /does not answer/)
})
