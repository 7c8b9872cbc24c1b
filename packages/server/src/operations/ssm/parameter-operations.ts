import type { AnyOperation } from '../operation.ts'
import { deleteParameter } from './delete-parameter.ts'
import { deleteParameters } from './delete-parameters.ts'
import { describeParameters } from './describe-parameters.ts'
import { getParameter } from './get-parameter.ts'
import { getParameterHistory } from './get-parameter-history.ts'
import { getParameters } from './get-parameters.ts'
import { getParametersByPath } from './get-parameters-by-path.ts'
import { labelParameterVersion } from './label-parameter-version.ts'
import { putParameter } from './put-parameter.ts'
import { unlabelParameterVersion } from './unlabel-parameter-version.ts'

export const parameterOperations: readonly AnyOperation[] = [
  deleteParameter,
  deleteParameters,
  describeParameters,
  getParameter,
  getParameterHistory,
  getParameters,
  getParametersByPath,
  labelParameterVersion,
  putParameter,
  unlabelParameterVersion,
]
