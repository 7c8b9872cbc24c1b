import type { ApiClient } from '../api/api-client.ts'
import { ApiError } from '../api/api-error.ts'

/** The role that managed nodes act with. */
export const nodeRole = 'fairlead-node'
/** A user without rights, to be given some. */
export const sandboxUser = 'quickstart'

const nodePolicy = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore'

// Whom the role trusts is what AWS's guide has nodes of hybrid activations be trusted through.
const trustPolicy = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ssm.amazonaws.com' }, Action: 'sts:AssumeRole' }],
}

/** Makes the user and the role, unless they are there from an earlier start. */
export async function makeIdentities(client: ApiClient): Promise<void> {
  await unlessThere(client.iam('CreateUser', { UserName: sandboxUser }))
  await unlessThere(
    client.iam('CreateRole', {
      RoleName: nodeRole,
      AssumeRolePolicyDocument: JSON.stringify(trustPolicy),
      Description: 'What managed nodes may do',
    }),
  )
  await client.iam('AttachRolePolicy', { RoleName: nodeRole, PolicyArn: nodePolicy })
}

async function unlessThere(creation: Promise<unknown>): Promise<void> {
  try {
    await creation
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'EntityAlreadyExists') throw error
  }
}
