import type { InputOf, OutputOf } from '@fairlead/wire/codec'
import { ServiceError } from '../../domain/error.ts'
import type { ManagedNode } from '../../domain/managed-node.ts'
import { previousKeyMs } from '../../domain/node-key.ts'
import { nodeRoleArn } from '../../domain/node-role.ts'
import type { Context, Operation } from '../operation.ts'
import { findNodeRole, trustsSystemsManager } from './node-role.ts'
import { requireSigningNode, type SigningNode } from './signing-node.ts'

type Input = InputOf<'ssm', 'RequestManagedInstanceRoleToken'>
type Output = OutputOf<'ssm', 'RequestManagedInstanceRoleToken'>

/** Agents ask again at half of it, and Amazon's workers read their file too often when it is under 20 minutes. */
const lifetimeMs = 60 * 60_000

/**
 * RequestManagedInstanceRoleToken: keys of the node's role for an hour, for whoever signs with the
 * node's own key (agent reference, 1.3).
 */
export const requestManagedInstanceRoleToken: Operation<Input, Output> = {
  service: 'ssm',
  name: 'RequestManagedInstanceRoleToken',
  action: 'ssm:RequestManagedInstanceRoleToken',
  authentication: 'node-key',

  // The node has no policies before it has its role: its signature decides.
  resources: () => [],

  async handle({ Fingerprint }, context) {
    const signer = await requireSigningNode(context)
    const { node } = signer
    if (Fingerprint !== node.fingerprint) {
      // A copy of the machine. Amazon's agent then sleeps for a day, as a copy should.
      throw new ServiceError(
        'MachineFingerprintDoesNotMatch',
        `The fingerprint is not that of ${node.nodeId}: a copied machine has to register anew.`,
      )
    }
    const roleName = await assumableRole(node, context)
    await settleKeys(signer, context)
    const claims = { roleName, sessionName: node.nodeId, nodeId: node.nodeId }
    const credentials = await context.issueCredentials(claims, lifetimeMs)
    return {
      AccessKeyId: credentials.accessKeyId,
      SecretAccessKey: credentials.secretAccessKey,
      SessionToken: credentials.sessionToken,
      TokenExpirationDate: credentials.expiresAt,
      UpdateKeyPair: false,
    }
  },
}

/**
 * A role may be mended any time, so this must not be AccessDenied: Amazon's agent would sleep for a day.
 */
async function assumableRole(node: ManagedNode, context: Context): Promise<string> {
  const role = await findNodeRole(node.roleName, context)
  if (role && trustsSystemsManager(role, context.scope, node.nodeId)) return role.roleName
  const arn = nodeRoleArn(context.scope, node.roleName)
  throw new ServiceError(
    'InvalidInstanceId',
    `The role of ${node.nodeId} is gone or does not trust ssm.amazonaws.com: ${arn}`,
  )
}

/**
 * After a rotation two keys are good until the node shows which one it has. One that still signs
 * with its old key has missed our answer and thrown the new one away, so the old one is its key again.
 */
async function settleKeys({ node, publicKey }: SigningNode, { store, now }: Context): Promise<void> {
  if (node.previousPublicKey === undefined) return
  if (publicKey === node.publicKey) return await store.nodes.forgetPreviousKey(node.nodeId, publicKey)
  await store.nodes.replaceKey(node.nodeId, publicKey, new Date(now().getTime() + previousKeyMs))
}
