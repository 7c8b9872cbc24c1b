import type { LabelParameterVersionRequest, LabelParameterVersionResult } from '@fairlead/wire/model/generated/ssm'
import { ServiceError } from '../../domain/error.ts'
import { isLabel, labelsOfVersion } from '../../domain/ssm-parameter.ts'
import type { Operation } from '../operation.ts'
import { nameCheck, requireNamed, versionNotFound } from './parameter-access.ts'

/** LabelParameterVersion: puts labels on a version, and takes them off any other. Those that are none are told. */
export const labelParameterVersion: Operation<LabelParameterVersionRequest, LabelParameterVersionResult> = {
  service: 'ssm',
  name: 'LabelParameterVersion',
  action: 'ssm:LabelParameterVersion',

  resources: ({ Name }, scope) => [nameCheck(Name, scope)],

  async handle({ Name, ParameterVersion, Labels }, context) {
    const latest = await requireNamed(context, Name)
    const parameter = { ...latest, version: ParameterVersion ?? latest.version }
    const labels = [...new Set(Labels)]
    const valid = labels.filter(isLabel)
    const { parameters } = context.store
    const outcome =
      valid.length > 0
        ? await parameters.addLabels(parameter, valid, { limit: labelsOfVersion, at: context.now() })
        : 'added'
    if (outcome === 'no-version') throw versionNotFound(latest.name, parameter.version)
    if (outcome === 'too-many') {
      throw new ServiceError(
        'ParameterVersionLabelLimitExceeded',
        `A parameter version can have maximum ${labelsOfVersion} labels. Move one or more labels to another version and try again.`,
      )
    }
    const invalid = labels.filter((label) => !isLabel(label))
    return { ...(invalid.length === 0 ? {} : { InvalidLabels: invalid }), ParameterVersion: parameter.version }
  },
}
