import type {
  ListKeyRotationsRequest,
  ListKeyRotationsResponse,
  RotationsListEntry,
} from '@fairlead/wire/model/generated/kms'
import { ServiceError } from '../../domain/error.ts'
import { type Key, keyArn, type MaterialRecord } from '../../domain/kms-key.ts'
import type { Operation } from '../operation.ts'
import { authorizedKey } from './key-access.ts'
import { pageAsked, pageTold } from './marker.ts'

const defaultLimit = 100

/** ListKeyRotations: the rotations that were carried out, oldest first; with ALL_KEY_MATERIAL the first material too. */
export const listKeyRotations: Operation<ListKeyRotationsRequest, ListKeyRotationsResponse> = {
  service: 'kms',
  name: 'ListKeyRotations',
  action: 'kms:ListKeyRotations',

  resources: () => [],

  async handle(input, context) {
    const key = await authorizedKey(context, input.KeyId)
    const { limit, after } = pageAsked(input, defaultLimit)
    if (after !== undefined && !/^\d{1,9}$/.test(after)) {
      throw new ServiceError('InvalidMarkerException', 'Could not deserialize marker')
    }
    const isWhole = input.IncludeKeyMaterial === 'ALL_KEY_MATERIAL'
    // Version 1 came with the key, and no rotation.
    const first = isWhole ? undefined : '1'
    const page = await context.store.keys.listMaterials(key.keyId, { limit, after: after ?? first })
    const arn = keyArn(context.scope, key.keyId)
    return { Rotations: page.items.map((material) => entryOf(material, key, arn, isWhole)), ...pageTold(page) }
  },
}

function entryOf(material: MaterialRecord, key: Key, arn: string, isWhole: boolean): RotationsListEntry {
  const { id, version, createdAt, rotationType } = material
  const state = version === key.material.version ? 'CURRENT' : 'NON_CURRENT'
  return {
    KeyId: arn,
    KeyMaterialId: id,
    ...(isWhole ? { KeyMaterialState: state } : {}),
    ...(rotationType === undefined ? {} : { RotationDate: createdAt, RotationType: rotationType }),
  }
}
