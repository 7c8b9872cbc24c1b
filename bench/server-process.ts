import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Credentials } from '@fairlead/testkit/api-client'
import { ApiClient, elementOf } from '@fairlead/testkit/api-client'
import { readCredentials } from '@fairlead/testkit/given'
import { Child } from './child.ts'
import { type ProcessUse, useOf } from './process-use.ts'
import type { BenchOptions } from './report.ts'
import type { Workbench } from './workbench.ts'

export const region = 'us-east-1'
export const fairlead = join(import.meta.dirname, '../bin/fairlead')

/** The real server, started as an operator starts it. */
export interface ServerProcess {
  readonly url: string
  readonly root: ApiClient
  readonly rootCredentials: Credentials
  use(): ProcessUse
  client(credentials: Credentials): ApiClient
}

/** On a free port of the loopback and with an empty data folder of its own if none is given; it ends with the workbench. */
export async function startServer(
  bench: Workbench,
  { profile }: Pick<BenchOptions, 'profile'>,
  dataDir = bench.folder(),
  listen = 'http://127.0.0.1:0',
): Promise<ServerProcess> {
  if (profile !== undefined) mkdirSync(profile, { recursive: true })
  const args = ['server', '--data-dir', dataDir, '--listen', listen, '--log-level', 'error']
  const child = await Child.start({
    program: fairlead,
    args: [...args, '--region', region],
    environment: profile === undefined ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profile}` },
    readyWhen: /ready on (\S+)/,
  })
  bench.later(() => child.stop())
  const url = child.said
  const client = (credentials: Credentials) => new ApiClient({ url, region, credentials, now: () => new Date() })
  const rootCredentials = readCredentials(join(dataDir, 'credentials'))
  return { url, root: client(rootCredentials), rootCredentials, use: () => useOf(child.pid), client }
}

/** An IAM user as an operations team would have one: five statements, conditions and tags among them. */
export async function makeOperator({ root }: ServerProcess): Promise<Credentials> {
  await root.query('iam', 'CreateUser', { UserName: 'operator' })
  await root.query('iam', 'PutUserPolicy', {
    UserName: 'operator',
    PolicyName: 'operations',
    PolicyDocument: JSON.stringify(operatorPolicy),
  })
  const answer = await root.query('iam', 'CreateAccessKey', { UserName: 'operator' })
  return {
    accessKeyId: elementOf(answer, 'AccessKeyId') ?? '',
    secretAccessKey: elementOf(answer, 'SecretAccessKey') ?? '',
  }
}

const operatorPolicy = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'RunOnWebServers',
      Effect: 'Allow',
      Action: 'ssm:SendCommand',
      Resource: ['arn:aws:ec2:*:*:instance/*', 'arn:aws:ssm:*:*:managed-instance/*'],
      Condition: { StringLike: { 'ssm:resourceTag/Finance': ['WebServers'] } },
    },
    {
      Sid: 'RunScripts',
      Effect: 'Allow',
      Action: 'ssm:SendCommand',
      Resource: ['arn:aws:ssm:*:*:document/AWS-RunShellScript', 'arn:aws:ssm:*:*:document/AWS-RunPowerShellScript'],
    },
    {
      Sid: 'OwnSessions',
      Effect: 'Allow',
      Action: ['ssm:ResumeSession', 'ssm:TerminateSession'],
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of IAM's
      Resource: 'arn:aws:ssm:*:*:session/${aws:username}-*',
    },
    {
      Sid: 'NothingIntoProduction',
      Effect: 'Deny',
      Action: ['ssm:SendCommand', 'ssm:StartSession'],
      Resource: '*',
      Condition: { StringEquals: { 'aws:ResourceTag/Environment': 'production' } },
    },
    { Sid: 'Look', Effect: 'Allow', Action: ['ssm:Describe*', 'ssm:Get*', 'ssm:List*'], Resource: '*' },
  ],
}
