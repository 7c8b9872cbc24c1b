import { ServiceError } from '../../domain/error.ts'
import { activationTierSetting, mostStandardNodes } from '../../domain/service-setting.ts'
import type { Context } from '../operation.ts'

type Parts = Pick<Context, 'store'>

/** Whether somebody has put the account's hybrid nodes into the standard tier. */
export async function isStandardTier({ store }: Parts): Promise<boolean> {
  return (await store.serviceSettings.findSetting(activationTierSetting))?.value === 'standard'
}

/**
 * Passes when sessions may be started to the node: hybrid ones have none in the standard tier.
 *
 * @throws {ServiceError} BadRequest, code and text AWS's (sagemaker-ssh-helper, issue 44)
 */
export async function requireSessionTier(nodeId: string, parts: Parts): Promise<void> {
  if (!nodeId.startsWith('mi-') || !(await isStandardTier(parts))) return
  throw new ServiceError(
    'BadRequest',
    'Enable advanced-instances tier to use Session Manager with your on-premises instances',
  )
}

/**
 * Passes when the account may go back to the standard tier.
 *
 * @throws {ServiceError} ValidationException when there are more nodes than it holds
 */
export async function requireRoomInStandardTier({ store }: Parts): Promise<void> {
  const hybrid = { key: 'resourceType', values: ['ManagedInstance'] } as const
  const [{ count } = { count: 0 }] = await store.nodes.countNodes([hybrid], [], { limit: 1, offset: 0 })
  if (count <= mostStandardNodes) return
  throw new ServiceError(
    'ValidationException',
    `The standard-instances tier holds ${mostStandardNodes} hybrid nodes, and there are ${count}: deregister ${count - mostStandardNodes} first.`,
  )
}
