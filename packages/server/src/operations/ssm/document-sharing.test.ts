import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { given } from '@fairlead/testkit/given'
import { firstPreferences } from '../../domain/session-document.ts'

// One server for all: each test has documents of its own.
const hooks: (() => Promise<void>)[] = []
const { root } = await given({ after: (end) => hooks.push(end) })
after(async () => {
  for (const end of hooks) await end()
})
const Content = JSON.stringify(firstPreferences)

async function create(Name: string): Promise<void> {
  await root.call('ssm', 'CreateDocument', { Name, Content, DocumentType: 'Session' })
}

const share = (Name: string, more: object) =>
  root.call('ssm', 'ModifyDocumentPermission', { Name, PermissionType: 'Share', ...more })
const account = (index: number) => String(100_000_000_000 + index)
const accounts = (from: number, count: number) => Array.from({ length: count }, (_, index) => account(from + index))

async function sharedWith(Name: string): Promise<(string | undefined)[]> {
  const found: (string | undefined)[] = []
  let NextToken: string | undefined
  do {
    const page = await root.call('ssm', 'DescribeDocumentPermission', {
      Name,
      PermissionType: 'Share',
      ...(NextToken === undefined ? {} : { NextToken }),
    })
    found.push(...(page.AccountIds ?? []))
    NextToken = page.NextToken
  } while (NextToken !== undefined)
  return found
}

test('a document is shared with accounts and with all, and tells with whom and in which version', async () => {
  await create('Shared')
  await share('Shared', { AccountIdsToAdd: [account(1), 'ALL'], SharedDocumentVersion: '$LATEST' })
  await share('Shared', { AccountIdsToAdd: [account(2)], AccountIdsToRemove: ['all'] })
  const { AccountSharingInfoList } = await root.call('ssm', 'DescribeDocumentPermission', {
    Name: 'Shared',
    PermissionType: 'Share',
  })
  assert.deepEqual(
    AccountSharingInfoList?.map(({ AccountId, SharedDocumentVersion }) => [AccountId, SharedDocumentVersion]),
    [
      [account(1), '$LATEST'],
      [account(2), '$DEFAULT'],
    ],
  )
})

test('a document that is shared is deleted when it is shared no longer', async () => {
  await create('Kept')
  await share('Kept', { AccountIdsToAdd: [account(1)] })
  await assert.rejects(root.call('ssm', 'DeleteDocument', { Name: 'Kept' }), {
    code: 'InvalidDocumentOperation',
    message: /still shared/,
  })
  await share('Kept', { AccountIdsToRemove: [account(1)] })
  await root.call('ssm', 'DeleteDocument', { Name: 'Kept' })
})

test('a document is shared with a thousand accounts, twenty at a time, and no more', async () => {
  await create('Many')
  await assert.rejects(share('Many', { AccountIdsToAdd: accounts(0, 21) }), { code: 'ValidationException' })
  const batches = Array.from({ length: 50 }, (_, index) => accounts(index * 20, 20))
  await Promise.all(batches.map((AccountIdsToAdd) => share('Many', { AccountIdsToAdd })))
  await assert.rejects(share('Many', { AccountIdsToAdd: [account(1000)] }), { code: 'DocumentPermissionLimit' })
  await share('Many', { AccountIdsToAdd: [account(1000)], AccountIdsToRemove: [account(0)] })
  assert.deepEqual(await sharedWith('Many'), accounts(1, 1000))
})

test('five documents are public, or none when the account blocks it', async () => {
  const SettingId = '/ssm/documents/console/public-sharing-permission'
  const names = ['Public-1', 'Public-2', 'Public-3', 'Public-4', 'Public-5', 'Public-6']
  for (const name of names) await create(name)
  await root.call('ssm', 'UpdateServiceSetting', { SettingId, SettingValue: 'Disable' })
  await assert.rejects(share('Public-1', { AccountIdsToAdd: ['all'] }), {
    code: 'ValidationException',
    message: /public-sharing-permission blocks/,
  })
  await root.call('ssm', 'ResetServiceSetting', { SettingId })
  for (const name of names.slice(0, 5)) await share(name, { AccountIdsToAdd: ['all'] })
  await assert.rejects(share('Public-6', { AccountIdsToAdd: ['all'] }), { code: 'DocumentPermissionLimit' })
  await share('Public-1', { AccountIdsToAdd: ['all'], SharedDocumentVersion: '$ALL' })
})

test('a document that is deleted while it is shared leaves no share to the next of its name', async () => {
  for (const id of [account(1), 'all']) {
    await create('Fleeting')
    const [deleted] = await Promise.allSettled([
      root.call('ssm', 'DeleteDocument', { Name: 'Fleeting' }),
      share('Fleeting', { AccountIdsToAdd: [id] }),
    ])
    if (deleted.status === 'rejected') await share('Fleeting', { AccountIdsToRemove: [id] })
    else await create('Fleeting')
    assert.deepEqual(await sharedWith('Fleeting'), [])
    await root.call('ssm', 'DeleteDocument', { Name: 'Fleeting' })
  }
})

test("what is Amazon's or not there cannot be shared", async () => {
  for (const name of ['AWS-RunShellScript', 'Nothing-here']) {
    await assert.rejects(share(name, { AccountIdsToAdd: [account(1)] }), { code: 'InvalidDocument' })
    await assert.rejects(sharedWith(name), { code: 'InvalidDocument' })
  }
  await create('Both')
  const both = { AccountIdsToAdd: ['all'], AccountIdsToRemove: ['all'] }
  await assert.rejects(share('Both', both), { code: 'ValidationException' })
})

test('a version goes through its review step by step, and its history is kept', async () => {
  await create('Reviewed')
  const review = (Action: 'SendForReview' | 'UpdateReview' | 'Approve' | 'Reject', text?: string) =>
    root.call('ssm', 'UpdateDocumentMetadata', {
      Name: 'Reviewed',
      DocumentReviews: { Action, ...(text ? { Comment: [{ Type: 'Comment', Content: text }] } : {}) },
    })
  const refused = { code: 'InvalidDocumentOperation' }

  await assert.rejects(review('Approve'), refused)
  await review('SendForReview', 'please')
  await assert.rejects(review('SendForReview'), refused)
  await review('UpdateReview', 'please, today')
  await review('Approve', 'fine')
  await assert.rejects(review('Reject'), refused)

  const { Document } = await root.call('ssm', 'DescribeDocument', { Name: 'Reviewed' })
  assert.equal(Document?.ReviewStatus, 'APPROVED')
  assert.partialDeepStrictEqual(Document.ReviewInformation, [{ Status: 'APPROVED', Reviewer: 'root' }])
  const history = await root.call('ssm', 'ListDocumentMetadataHistory', {
    Name: 'Reviewed',
    Metadata: 'DocumentReviews',
  })
  assert.partialDeepStrictEqual(history.Metadata?.ReviewerResponse, [
    { ReviewStatus: 'PENDING', Reviewer: 'root', Comment: [{ Content: 'please, today' }] },
    { ReviewStatus: 'APPROVED', Reviewer: 'root', Comment: [{ Content: 'fine' }] },
  ])
})

test('of two who judge a version at once one does', async () => {
  await create('Judged')
  const review = (Action: 'SendForReview' | 'Approve' | 'Reject') =>
    root.call('ssm', 'UpdateDocumentMetadata', { Name: 'Judged', DocumentReviews: { Action } })
  await review('SendForReview')

  const outcomes = await Promise.allSettled([review('Approve'), review('Reject'), review('Approve'), review('Reject')])

  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
  const history = { Name: 'Judged', Metadata: 'DocumentReviews' } as const
  const { Metadata } = await root.call('ssm', 'ListDocumentMetadataHistory', history)
  assert.equal(Metadata?.ReviewerResponse?.length, 2)
})
