import type { GetParameterRequest, GetParameterResult } from '@fairlead/wire/model/generated/ssm'
import type { Operation } from '../operation.ts'
import { describeValue } from './described-parameter.ts'
import { referenceCheck, requireReferenced } from './parameter-access.ts'

/** GetParameter: the latest version, or the one of a version number or label behind a colon. */
export const getParameter: Operation<GetParameterRequest, GetParameterResult> = {
  service: 'ssm',
  name: 'GetParameter',
  action: 'ssm:GetParameter',

  resources: ({ Name }, scope) => [referenceCheck(Name, scope)],

  async handle({ Name, WithDecryption }, context) {
    return { Parameter: await describeValue(context, await requireReferenced(context, Name), WithDecryption) }
  },
}
