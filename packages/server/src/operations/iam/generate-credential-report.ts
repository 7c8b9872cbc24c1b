import type { GenerateCredentialReportResponse } from '@fairlead/wire/model/generated/iam'
import { rootArn, userArn } from '../../domain/arn.ts'
import { type Credentialed, credentialReport, reportGoodForMs } from '../../domain/credential-report.ts'
import type { Context, Operation } from '../operation.ts'

const pageSize = 500

/** GenerateCredentialReport: what everybody signs in with, as one table. It is done when the answer is there. */
export const generateCredentialReport: Operation<Readonly<Record<string, never>>, GenerateCredentialReportResponse> = {
  service: 'iam',
  name: 'GenerateCredentialReport',
  action: 'iam:GenerateCredentialReport',

  resources: () => [{ resource: '*' }],

  async handle(_input, context) {
    const { credentials, loginProfiles } = context.store.identities
    const now = context.now()
    const before = await credentials.findReport()
    if (before && now.getTime() - before.generatedAt.getTime() < reportGoodForMs) return { State: 'COMPLETE' }
    const policy = await loginProfiles.findPasswordPolicy()
    const all = [await root(context), ...(await users(context))]
    await credentials.saveReport(credentialReport(all, policy?.maxAgeDays), now)
    return { State: 'STARTED', Description: 'No report exists. Starting a new report generation task' }
  },
}

async function root({ store, scope }: Context): Promise<Credentialed> {
  const { items } = await store.identities.accessKeys.listAccessKeys(undefined, { limit: 10 })
  const keys = items.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime())
  // The account is as old as its first key.
  const createdAt = keys[0]?.createdAt ?? new Date(0)
  return { userName: '<root_account>', arn: rootArn(scope), createdAt, hasMfa: false, keys, isRoot: true }
}

async function users({ store, scope }: Context): Promise<readonly Credentialed[]> {
  const all: Credentialed[] = []
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page = await store.identities.credentials.listCredentials({ limit: pageSize, after })
    for (const { user, ...has } of page.items) {
      const { userName, path, createdAt } = user
      all.push({ userName, arn: userArn(scope, path, userName), createdAt, ...has })
    }
    after = page.next
  }
  return all
}
