import type { GetParametersRequest, GetParametersResult, Parameter } from '@fairlead/wire/model/generated/ssm'
import { ServiceError } from '../../domain/error.ts'
import type { Context, Operation } from '../operation.ts'
import { describeValue } from './described-parameter.ts'
import { type FoundParameter, referenceCheck, requireReferenced } from './parameter-access.ts'

/** GetParameters: up to ten, in alphabetical order; names of which there is none are told apart. */
export const getParameters: Operation<GetParametersRequest, GetParametersResult> = {
  service: 'ssm',
  name: 'GetParameters',
  action: 'ssm:GetParameters',

  resources: ({ Names }, scope) => Names.map((name) => referenceCheck(name, scope)),

  async handle({ Names, WithDecryption }, context) {
    const parameters: Parameter[] = []
    const invalid: string[] = []
    for (const name of [...new Set(Names)].sort()) {
      const found = await find(context, name)
      if (found === undefined) invalid.push(name)
      else parameters.push(await describeValue(context, found, WithDecryption))
    }
    return { Parameters: parameters, InvalidParameters: invalid }
  },
}

async function find(context: Context, name: string): Promise<FoundParameter | undefined> {
  try {
    return await requireReferenced(context, name)
  } catch (error) {
    if (error instanceof ServiceError && /^Parameter(Version)?NotFound$/.test(error.code)) return undefined
    throw error
  }
}
