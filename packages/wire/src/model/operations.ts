import type { Ec2messagesOperations } from './generated/ec2messages.ts'
import type { FairleadOperations } from './generated/fairlead.ts'
import type { IamOperations } from './generated/iam.ts'
import type { KmsOperations } from './generated/kms.ts'
import type { ResourceGroupsOperations } from './generated/resource-groups.ts'
import type { SsmOperations } from './generated/ssm.ts'
import type { SsmmessagesOperations } from './generated/ssmmessages.ts'
import type { StsOperations } from './generated/sts.ts'

/** The operations of every service, each with its input, output and error codes. */
export interface Operations {
  readonly ssm: SsmOperations
  readonly iam: IamOperations
  readonly sts: StsOperations
  readonly kms: KmsOperations
  readonly 'resource-groups': ResourceGroupsOperations
  readonly ec2messages: Ec2messagesOperations
  readonly ssmmessages: SsmmessagesOperations
  readonly fairlead: FairleadOperations
}

/** The input of an operation, e.g. `InputOf<'ssm', 'SendCommand'>`. */
export type InputOf<S extends keyof Operations, O extends keyof Operations[S]> = Operations[S][O] extends {
  readonly input: infer Input
}
  ? Input
  : never

/** The output of an operation. */
export type OutputOf<S extends keyof Operations, O extends keyof Operations[S]> = Operations[S][O] extends {
  readonly output: infer Output
}
  ? Output
  : never
