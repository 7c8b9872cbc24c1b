import type { ApiClient } from '@fairlead/testkit/api-client'
import { elementOf } from '@fairlead/testkit/api-client'
import type { PolicyText } from '@fairlead/testkit/given'
import type { RunningServer } from '@fairlead/testkit/running-server'
import type { AwsCli } from '../clients/aws-cli.ts'

/** A user whose only policy was put by `aws iam put-user-policy`. */
export interface GuideUser {
  readonly name: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  readonly client: ApiClient
  /** Puts another policy in the place of the one that there is. */
  put(policy: PolicyText | string): Promise<void>
}

/** Makes a user by the AWS CLI of its administrator. */
export async function givenUser(server: RunningServer, admin: AwsCli, name: string): Promise<GuideUser> {
  await admin.call(`iam create-user --user-name ${name}`)
  const key = await server.client().query('iam', 'CreateAccessKey', { UserName: name })
  const credentials = {
    accessKeyId: elementOf(key, 'AccessKeyId') ?? '',
    secretAccessKey: elementOf(key, 'SecretAccessKey') ?? '',
  }
  return {
    name,
    credentials,
    client: server.client(credentials),
    async put(policy) {
      const words = `iam put-user-policy --user-name ${name} --policy-name only --policy-document`
      await admin.call(words, typeof policy === 'string' ? policy : JSON.stringify(policy))
    },
  }
}
