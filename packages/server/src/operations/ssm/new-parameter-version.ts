import type { PutParameterRequest } from '@fairlead/wire/model/generated/ssm'
import { ServiceError } from '../../domain/error.ts'
import { parameterKeyAlias } from '../../domain/kms-managed-key.ts'
import { defaultTierSetting } from '../../domain/service-setting.ts'
import { longestValue, type Parameter, type ParameterType, parametersOfTier } from '../../domain/ssm-parameter.ts'
import { type ParameterPolicy, readPolicies, renewedPolicies } from '../../domain/ssm-parameter-policy.ts'
import { checkPattern, checkSize, checkValue, sizeOfValue } from '../../domain/ssm-parameter-value.ts'
import type { Context } from '../operation.ts'
import { sealValue } from './parameter-secret.ts'

export interface NewVersion {
  readonly input: PutParameterRequest
  readonly name: string
  /** The version that is overwritten, if any: what the request does not say stays as it was. */
  readonly previous: Parameter | undefined
  readonly context: Context
}

/**
 * The version that a PutParameter request asks for, sealed if it is a SecureString.
 *
 * @throws {ServiceError} whatever PutParameter refuses of type, tier, value, pattern, policies and key
 */
export async function newParameterVersion({ input, name, previous, context }: NewVersion): Promise<Parameter> {
  refuseDataType(input.DataType)
  const modifiedAt = context.now()
  const type = typeOf(input, previous)
  checkValue(input.Value)
  const allowedPattern = (input.AllowedPattern ?? previous?.allowedPattern) || undefined
  if (allowedPattern !== undefined) checkPattern(input.Value, allowedPattern)
  const policies =
    input.Policies === undefined
      ? renewedPolicies(previous?.policies ?? [], modifiedAt)
      : readPolicies(input.Policies, modifiedAt)
  const tier = await tierOf({ input, previous, policies, context })
  checkSize(input.Value, tier)
  const keyId = keyIdOf(input, type, previous)
  const value =
    keyId === undefined ? input.Value : await sealValue(context, { name, tier }, { keyId, value: input.Value })
  return {
    name,
    version: (previous?.version ?? 0) + 1,
    type,
    tier,
    value,
    keyId,
    description: (input.Description ?? previous?.description) || undefined,
    allowedPattern,
    dataType: 'text',
    policies,
    modifiedAt,
    modifiedBy: context.caller.arn,
  }
}

function refuseDataType(dataType: string = 'text'): void {
  if (dataType === 'text') return
  const isAws = dataType === 'aws:ec2:image' || dataType === 'aws:ssm:integration'
  throw new ServiceError(
    'ValidationException',
    isAws
      ? `The data type ${dataType} is not supported by this server: there are no images and integrations to check it against. Use text.`
      : `The following data type is not supported: ${dataType} (Data type names are all lowercase.)`,
  )
}

function typeOf({ Type }: PutParameterRequest, previous: Parameter | undefined): ParameterType {
  const type = Type ?? previous?.type
  if (type === undefined) {
    throw new ServiceError('ValidationException', 'A parameter type is required when you create a parameter.')
  }
  // AWS refuses it in a hierarchy alone: elsewhere an update may change the type (hashicorp/terraform-provider-aws,
  // TestAccSSMParameter_updateType).
  if (previous !== undefined && previous.type !== type && previous.name.includes('/')) {
    throw new ServiceError(
      'HierarchyTypeMismatchException',
      `The type of a parameter in a hierarchy cannot be changed: ${previous.name} is a ${previous.type}. Create a new, unique parameter.`,
    )
  }
  return type
}

/** The key's name is kept as it was given, since an alias may be pointed at another key. */
function keyIdOf({ KeyId }: PutParameterRequest, type: ParameterType, previous: Parameter | undefined) {
  if (type === 'SecureString') return KeyId ?? previous?.keyId ?? parameterKeyAlias
  if (KeyId === undefined) return undefined
  throw new ServiceError('ValidationException', 'KeyId is required for SecureString type parameter only.')
}

/** A request to create or update that names no tier has the one of the setting (user guide, on the default tier). */
export async function wantedTier({ Tier }: PutParameterRequest, { store }: Context): Promise<string | undefined> {
  return Tier ?? (await store.serviceSettings.findSetting(defaultTierSetting))?.value
}

/** An advanced parameter stays one; Intelligent-Tiering makes one where a standard parameter would not do. */
async function tierOf({
  input,
  previous,
  policies,
  context,
}: Omit<NewVersion, 'name'> & { readonly policies: readonly ParameterPolicy[] }): Promise<Parameter['tier']> {
  const { Value } = input
  if (previous?.tier === 'Advanced') {
    if (input.Tier !== 'Standard') return 'Advanced'
    throw new ServiceError(
      'ValidationException',
      "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as a standard parameter.",
    )
  }
  const { parameters } = context.store
  const Tier = await wantedTier(input, context)
  if (Tier === 'Intelligent-Tiering') {
    const isAdvanced =
      sizeOfValue(Value) > longestValue.Standard ||
      policies.length > 0 ||
      (previous === undefined && (await parameters.countOfTier('Standard')) >= parametersOfTier.Standard)
    if (!isAdvanced) return 'Standard'
  } else if (Tier !== 'Advanced') {
    if (policies.length === 0) return 'Standard'
    throw new ServiceError(
      'ValidationException',
      'Parameter policies are supported for parameters of the tier Advanced only. Say --tier Advanced or Intelligent-Tiering.',
    )
  }
  return 'Advanced'
}
