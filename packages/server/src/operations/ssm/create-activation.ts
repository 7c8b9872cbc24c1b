import type { InputOf, OutputOf } from '@fairlead/wire/codec'
import { activationExpiry, defaultRegistrationLimit } from '../../domain/activation.ts'
import { activationCodeBytes, hashActivationCode } from '../../domain/activation-code.ts'
import { accountWideArn } from '../../domain/arn.ts'
import { ServiceError } from '../../domain/error.ts'
import { nodeRoleArn } from '../../domain/node-role.ts'
import { type Tags, tagsPerResource } from '../../domain/tag.ts'
import { requestTagKeys } from '../iam/tags.ts'
import type { Operation } from '../operation.ts'
import { requireNodeRole } from './node-role.ts'
import { readTags } from './tags.ts'

type Input = InputOf<'ssm', 'CreateActivation'>
type Output = OutputOf<'ssm', 'CreateActivation'>

/** CreateActivation: an id and a code with which nodes register. The code is told here and nowhere else. */
export const createActivation: Operation<Input, Output> = {
  service: 'ssm',
  name: 'CreateActivation',
  action: 'ssm:CreateActivation',

  // Whoever hands a role to nodes gives its rights away, so they must be allowed to pass it.
  resources: ({ IamRole }, scope) => [
    { resource: accountWideArn(scope) },
    {
      action: 'iam:PassRole',
      resource: nodeRoleArn(scope, IamRole),
      context: { 'iam:PassedToService': 'ssm.amazonaws.com' },
    },
  ],
  requestContext: ({ Tags }) => requestTagKeys(Tags),

  async handle(input, context) {
    const { store, now, newId, randomHex } = context
    const tags = activationTags(input)
    const createdAt = now()
    const expiresAt = expiryOf(input, createdAt)
    await requireNodeRole(input.IamRole, context)
    const activationId = newId()
    const code = randomHex(activationCodeBytes)
    await store.nodes.addActivation({
      activationId,
      codeHash: hashActivationCode(code),
      description: input.Description,
      defaultInstanceName: input.DefaultInstanceName,
      roleName: input.IamRole,
      registrationLimit: input.RegistrationLimit ?? defaultRegistrationLimit,
      registrationsCount: 0,
      createdAt,
      expiresAt,
      tags,
    })
    return { ActivationId: activationId, ActivationCode: code }
  },
}

/** They land on the nodes, so that no more than a node can carry are of use. */
function activationTags({ Tags = [] }: Input): Tags {
  if (Tags.length <= tagsPerResource) return readTags(Tags)
  throw new ServiceError('ValidationException', `A node can have ${tagsPerResource} tags at most.`)
}

function expiryOf({ ExpirationDate }: Input, now: Date): Date {
  const expiry = activationExpiry(ExpirationDate, now)
  if (expiry === 'past') throw new ServiceError('ValidationException', 'ExpirationDate must be in the future.')
  if (expiry === 'too-late') {
    throw new ServiceError('ValidationException', 'ExpirationDate cannot be more than 30 days from now.')
  }
  return expiry
}
