import type {
  ParameterHistory,
  ParameterInlinePolicy,
  ParameterMetadata,
  Parameter as WireParameter,
} from '@fairlead/wire/model/generated/ssm'
import { parameterArn } from '../../domain/arn.ts'
import type { Scope } from '../../domain/scope.ts'
import type { Parameter } from '../../domain/ssm-parameter.ts'
import type { ParameterPolicy } from '../../domain/ssm-parameter-policy.ts'
import type { Context } from '../operation.ts'
import { openedParameter } from './parameter-secret.ts'

/** A parameter with its value: of a SecureString the ciphertext, unless it is to be decrypted. */
export async function describeValue(
  context: Context,
  { parameter, selector }: { readonly parameter: Parameter; readonly selector?: string | undefined },
  isDecrypted: boolean | undefined,
): Promise<WireParameter> {
  const { name, type, value, version, modifiedAt, dataType } = isDecrypted
    ? await openedParameter(context, parameter)
    : parameter
  return {
    Name: name,
    Type: type,
    Value: value,
    Version: version,
    // With its colon, as the AWS CLI's examples of get-parameter show it.
    ...(selector === undefined ? {} : { Selector: `:${selector}` }),
    LastModifiedDate: modifiedAt,
    ARN: parameterArn(context.scope, name),
    DataType: dataType,
  }
}

/** Everything but the value. */
export function describeParameter(parameter: Parameter, scope: Scope): ParameterMetadata {
  return { ARN: parameterArn(scope, parameter.name), ...describeVersion(parameter) }
}

/** What a version is in the history, without its value and labels. */
export function describeVersion(parameter: Parameter): ParameterHistory {
  return {
    Name: parameter.name,
    Type: parameter.type,
    KeyId: parameter.keyId,
    LastModifiedDate: parameter.modifiedAt,
    LastModifiedUser: parameter.modifiedBy,
    Description: parameter.description,
    AllowedPattern: parameter.allowedPattern,
    Version: parameter.version,
    Tier: parameter.tier,
    Policies: parameter.policies.map(describePolicy),
    DataType: parameter.dataType,
  }
}

function describePolicy({ type, text, isDone }: ParameterPolicy): ParameterInlinePolicy {
  return { PolicyText: text, PolicyType: type, PolicyStatus: isDone ? 'Finished' : 'Pending' }
}
