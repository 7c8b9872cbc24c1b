import type { PutParameterRequest, PutParameterResult } from '@fairlead/wire/model/generated/ssm'
import { ServiceError } from '../../domain/error.ts'
import { type Parameter, parametersOfTier, versionsOfParameter } from '../../domain/ssm-parameter.ts'
import { newParameterName, placeOfName } from '../../domain/ssm-parameter-name.ts'
import { tagsPerResource } from '../../domain/tag.ts'
import { requestTagKeys } from '../iam/tags.ts'
import type { Context, Operation } from '../operation.ts'
import { newParameterVersion, wantedTier } from './new-parameter-version.ts'
import { nameCheck } from './parameter-access.ts'
import { readTags } from './tags.ts'

/** How often a change is tried again when somebody else changed the parameter in between. */
const mostTries = 5

/** PutParameter: makes a parameter, or a new version of one that is there. */
export const putParameter: Operation<PutParameterRequest, PutParameterResult> = {
  service: 'ssm',
  name: 'PutParameter',
  action: 'ssm:PutParameter',

  resources({ Name, Tags = [] }, scope) {
    const check = nameCheck(Name, scope)
    return Tags.length === 0 ? [check] : [check, { ...check, action: 'ssm:AddTagsToResource' }]
  },
  requestContext: ({ Overwrite = false, Policies, Tags }) => ({
    'ssm:Overwrite': String(Overwrite),
    ...(Policies === undefined ? {} : { 'ssm:Policies': Policies }),
    ...requestTagKeys(Tags),
  }),

  async handle(input, context) {
    const name = newParameterName(input.Name, context.scope)
    const { Overwrite = false, Tags = [] } = input
    if (Overwrite && Tags.length > 0) {
      throw new ServiceError(
        'ValidationException',
        "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
      )
    }
    for (let tries = 0; tries < mostTries; tries++) {
      const previous = await context.store.parameters.findParameter(placeOfName(name))
      if (previous !== undefined) requireOverwritten(previous, name, Overwrite)
      const next = await newParameterVersion({ input, name, previous, context })
      if (previous === undefined ? await isAdded(next, input, context) : await isChanged(previous, next, context)) {
        return { Version: next.version, Tier: next.tier }
      }
    }
    throw new ServiceError('TooManyUpdates', `The parameter ${name} is being changed by others. Try again.`)
  },
}

function requireOverwritten(previous: Parameter, name: string, isOverwritten: boolean): void {
  if (previous.name !== name) {
    throw new ServiceError(
      'ParameterAlreadyExists',
      `The parameter ${previous.name} already exists, and ${name} would have the same ARN.`,
    )
  }
  if (isOverwritten) return
  throw new ServiceError(
    'ParameterAlreadyExists',
    'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
  )
}

/** False when somebody else made it in the meantime, or took the last place of a tier that need not be this one. */
async function isAdded(next: Parameter, input: PutParameterRequest, context: Context): Promise<boolean> {
  const { Tags = [] } = input
  if (Tags.length > tagsPerResource) {
    throw new ServiceError('ValidationException', `A parameter can have ${tagsPerResource} tags at most.`)
  }
  const outcome = await context.store.parameters.addParameter(next, readTags(Tags), parametersOfTier[next.tier])
  if (outcome !== 'too-many') return outcome === 'added'
  if (next.tier === 'Standard' && (await wantedTier(input, context)) === 'Intelligent-Tiering') return false
  throw tooMany(next)
}

/** False when somebody else changed it in the meantime. */
async function isChanged(previous: Parameter, next: Parameter, { store }: Context): Promise<boolean> {
  const limits = { versions: versionsOfParameter, ofTier: parametersOfTier[next.tier] }
  const outcome = await store.parameters.addVersion(previous, next, limits)
  if (outcome === 'too-many') throw tooMany(next)
  if (typeof outcome === 'string') return outcome === 'added'
  throw new ServiceError(
    'ParameterMaxVersionLimitExceeded',
    `You attempted to create a new version of ${next.name} by calling the PutParameter API with the overwrite flag. Version ${outcome.keptVersion}, the oldest version, can't be deleted because it has a label associated with it. Move the label to another version of the parameter, and try again.`,
  )
}

function tooMany({ tier }: Parameter): ServiceError {
  return new ServiceError(
    'ParameterLimitExceeded',
    `There can be ${parametersOfTier[tier]} parameters of the tier ${tier} at most. Delete one or more and try again.`,
  )
}
