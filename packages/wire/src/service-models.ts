import iam from './model/generated/iam.json' with { type: 'json' }
import kms from './model/generated/kms.json' with { type: 'json' }
import resourceGroups from './model/generated/resource-groups.json' with { type: 'json' }
import ssm from './model/generated/ssm.json' with { type: 'json' }
import sts from './model/generated/sts.json' with { type: 'json' }
import { mergeModels } from './model/merge-models.ts'
import type { Model, ModelMetadata } from './model/model.ts'
import ec2messages from './model/own/ec2messages.json' with { type: 'json' }
import fairlead from './model/own/fairlead.json' with { type: 'json' }
import ssmAgent from './model/own/ssm-agent.json' with { type: 'json' }
import ssmmessages from './model/own/ssmmessages.json' with { type: 'json' }

/** A service, named as it signs. */
export type ServiceId = 'ssm' | 'iam' | 'sts' | 'kms' | 'resource-groups' | 'ec2messages' | 'ssmmessages' | 'fairlead'

/** How a service speaks: AWS's JSON 1.1, JSON below paths of its own (rest-json), its query protocol, or the channels' JSON in and XML out. */
export type Protocol = ModelMetadata['protocol']

// JSON modules have inferred types, too narrow to be compared with the tables' in a sensible time.
const tables: Readonly<Record<ServiceId, Model>> = {
  ssm: mergeModels(ssm as unknown as Model, ssmAgent as unknown as Model),
  iam: iam as unknown as Model,
  sts: sts as unknown as Model,
  kms: kms as unknown as Model,
  'resource-groups': resourceGroups as unknown as Model,
  ec2messages: ec2messages as unknown as Model,
  ssmmessages: ssmmessages as unknown as Model,
  fairlead: fairlead as unknown as Model,
}

/** The tables of a service, with the operations that only agents use. */
export function serviceModel(service: ServiceId): Model {
  return tables[service]
}

export const serviceIds = Object.keys(tables) as readonly ServiceId[]
