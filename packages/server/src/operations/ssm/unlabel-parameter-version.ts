import type { UnlabelParameterVersionRequest, UnlabelParameterVersionResult } from '@fairlead/wire/model/generated/ssm'
import { placeOfName } from '../../domain/ssm-parameter-name.ts'
import type { Operation } from '../operation.ts'
import { nameCheck, requireNamed, versionNotFound } from './parameter-access.ts'

/** UnlabelParameterVersion: takes labels off a version. Those that it has not are told. */
export const unlabelParameterVersion: Operation<UnlabelParameterVersionRequest, UnlabelParameterVersionResult> = {
  service: 'ssm',
  name: 'UnlabelParameterVersion',
  action: 'ssm:UnlabelParameterVersion',

  resources: ({ Name }, scope) => [nameCheck(Name, scope)],

  async handle({ Name, ParameterVersion: version, Labels }, context) {
    const { name } = await requireNamed(context, Name)
    const { parameters } = context.store
    const parameter = await parameters.findVersion(placeOfName(name), version)
    if (parameter === undefined) throw versionNotFound(name, version)
    const labels = [...new Set(Labels)]
    const removed = await parameters.removeLabels(parameter, labels)
    const invalid = labels.filter((label) => !removed.includes(label))
    return {
      ...(removed.length === 0 ? {} : { RemovedLabels: removed }),
      ...(invalid.length === 0 ? {} : { InvalidLabels: invalid }),
    }
  },
}
