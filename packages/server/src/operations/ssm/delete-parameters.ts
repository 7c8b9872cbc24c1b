import type { DeleteParametersRequest, DeleteParametersResult } from '@fairlead/wire/model/generated/ssm'
import type { Operation } from '../operation.ts'
import { findNamed, nameCheck } from './parameter-access.ts'

/** DeleteParameters: up to ten; names of which there is none are told apart. */
export const deleteParameters: Operation<DeleteParametersRequest, DeleteParametersResult> = {
  service: 'ssm',
  name: 'DeleteParameters',
  action: 'ssm:DeleteParameters',

  resources: ({ Names }, scope) => Names.map((name) => nameCheck(name, scope)),

  async handle({ Names }, context) {
    const deleted: string[] = []
    const invalid: string[] = []
    for (const name of new Set(Names)) {
      const parameter = await findNamed(context, name)
      const isGone = parameter && (await context.store.parameters.removeParameter(parameter, context.now()))
      ;(isGone ? deleted : invalid).push(name)
    }
    return { DeletedParameters: deleted, InvalidParameters: invalid }
  },
}
