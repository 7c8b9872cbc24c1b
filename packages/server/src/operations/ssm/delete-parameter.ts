import type { DeleteParameterRequest, DeleteParameterResult } from '@fairlead/wire/model/generated/ssm'
import type { Operation } from '../operation.ts'
import { nameCheck, parameterNotFound, requireNamed } from './parameter-access.ts'

/** DeleteParameter: with all versions, labels and tags. */
export const deleteParameter: Operation<DeleteParameterRequest, DeleteParameterResult> = {
  service: 'ssm',
  name: 'DeleteParameter',
  action: 'ssm:DeleteParameter',

  resources: ({ Name }, scope) => [nameCheck(Name, scope)],

  async handle({ Name }, context) {
    const parameter = await requireNamed(context, Name)
    if (!(await context.store.parameters.removeParameter(parameter, context.now()))) throw parameterNotFound(Name)
    return {}
  },
}
