import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { eventually } from '@fairlead/testkit/eventually'
import { runAgent } from '@fairlead/testkit/running-agent'
import { runServer } from '@fairlead/testkit/running-server'
import { at, textAt } from './clients/at.ts'
import { AwsCli } from './clients/aws-cli.ts'
import { reasonToSkip } from './clients/python-environment.ts'

// "Create an IAM instance profile for Systems Manager" of the user guide: its console's steps, as commands.

const skip = await reasonToSkip('the AWS CLI', 'aws', ['--version'])
const region = 'us-east-2'
const account = '123456789012'
const ofAws = (name: string) => `arn:aws:iam::aws:policy/${name}`
const arn = (resource: string) => `arn:aws:iam::${account}:${resource}`

/** The buckets of AWS that an agent reads from behind a private endpoint, and one of our own to write to. */
const bucketPolicy = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: [
        `arn:aws:s3:::aws-ssm-${region}/*`,
        `arn:aws:s3:::aws-windows-downloads-${region}/*`,
        `arn:aws:s3:::amazon-ssm-${region}/*`,
        `arn:aws:s3:::amazon-ssm-packages-${region}/*`,
        `arn:aws:s3:::${region}-birdwatcher-prod/*`,
        `arn:aws:s3:::patch-baseline-snapshot-${region}/*`,
      ],
    },
    {
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:PutObject', 's3:PutObjectAcl'],
      Resource: 'arn:aws:s3:::my-bucket-name/*',
    },
  ],
}

const trustOf = (...services: string[]) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: services }, Action: 'sts:AssumeRole' }],
  })

/** What the simulator says of an action on an object, asked by the AWS CLI. */
const said = (name: string, action: string, object: string) =>
  `iam simulate-principal-policy --policy-source-arn ${arn(`user/${name}`)} --action-names ${action} ` +
  `--resource-arns arn:aws:s3:::${object} --query EvaluationResults[0].EvalDecision`

describe('whoever follows the user guide to an instance profile', { skip }, async () => {
  const server = await runServer({ after }, { region })
  const { url, credentialsFile } = server
  const aws = new AwsCli({ after }, { url, region, credentialsFile })

  test('makes the policy for S3 buckets and finds it as it was written', async () => {
    const made = await aws.call(
      'iam create-policy --policy-name SSMInstanceProfileS3Policy --policy-document',
      JSON.stringify(bucketPolicy),
    )
    const PolicyArn = textAt(made, 'Policy', 'Arn')
    await aws.call(`iam wait policy-exists --policy-arn ${PolicyArn}`)

    const shown = await aws.call(`iam get-policy-version --version-id v1 --policy-arn ${PolicyArn}`)
    const listed = await aws.call('iam list-policies --scope Local --query Policies[].Arn')

    assert.equal(PolicyArn, arn('policy/SSMInstanceProfileS3Policy'))
    assert.deepEqual(at(shown, 'PolicyVersion', 'Document'), bucketPolicy)
    assert.deepEqual(listed, [PolicyArn])
  })

  test('puts the policy for S3 buckets on a user, and it allows what it names and nothing beside', async () => {
    const put = 'iam put-user-policy --policy-name only --policy-document'
    for (const [name, policy] of [
      ['named', JSON.stringify(bucketPolicy)],
      ['printed', JSON.stringify(bucketPolicy).replaceAll(region, 'region')],
    ] as const) {
      await aws.call(`iam create-user --user-name ${name}`)
      await aws.call(put, policy, '--user-name', name)
    }

    for (const [name, action, object, decision] of [
      ['named', 's3:GetObject', `aws-ssm-${region}/some/key`, 'allowed'],
      ['named', 's3:GetObject', `${region}-birdwatcher-prod/key`, 'allowed'],
      ['named', 's3:GetObject', 'aws-ssm-eu-west-1/key', 'implicitDeny'],
      ['named', 's3:PutObject', `aws-ssm-${region}/key`, 'implicitDeny'],
      ['named', 's3:PutObjectAcl', 'my-bucket-name/logs/1', 'allowed'],
      ['named', 's3:GetEncryptionConfiguration', 'my-bucket-name', 'implicitDeny'],
      ['printed', 's3:GetObject', `aws-ssm-${region}/key`, 'implicitDeny'],
      ['printed', 's3:PutObject', 'my-bucket-name/key', 'allowed'],
    ] as const) {
      assert.equal(await aws.call(said(name, action, object)), decision, `${name}: ${action} on ${object}`)
    }
  })

  test('makes the role for EC2 with its policies and tags, and the profile that the console makes with it', async () => {
    await aws.call(
      'iam create-role --role-name SSMInstanceProfile --assume-role-policy-document',
      ...[trustOf('ec2.amazonaws.com'), '--description', 'Lets Systems Manager manage instances'],
      ...['--tags', 'Key=Team,Value=Web', 'Key=Stage,Value=Test'],
    )
    await aws.call('iam wait role-exists --role-name SSMInstanceProfile')
    const policies = [
      ofAws('AmazonSSMManagedInstanceCore'),
      arn('policy/SSMInstanceProfileS3Policy'),
      ofAws('AmazonSSMDirectoryServiceAccess'),
      ofAws('CloudWatchAgentServerPolicy'),
    ]
    for (const policyArn of policies) {
      await aws.call(`iam attach-role-policy --role-name SSMInstanceProfile --policy-arn ${policyArn}`)
    }
    await aws.call('iam create-instance-profile --instance-profile-name SSMInstanceProfile')
    await aws.call('iam wait instance-profile-exists --instance-profile-name SSMInstanceProfile')
    await aws.call(
      'iam add-role-to-instance-profile --instance-profile-name SSMInstanceProfile --role-name SSMInstanceProfile',
    )

    const attached = await aws.call(
      'iam list-attached-role-policies --role-name SSMInstanceProfile --query AttachedPolicies[].PolicyArn',
    )
    const role = await aws.call('iam get-role --role-name SSMInstanceProfile')
    const profile = await aws.call('iam get-instance-profile --instance-profile-name SSMInstanceProfile')
    const ofRole = await aws.call('iam list-instance-profiles-for-role --role-name SSMInstanceProfile')

    assert.deepEqual(new Set(attached as string[]), new Set(policies))
    assert.equal(at(role, 'Role', 'Description'), 'Lets Systems Manager manage instances')
    assert.deepEqual(at(role, 'Role', 'AssumeRolePolicyDocument'), JSON.parse(trustOf('ec2.amazonaws.com')))
    assert.deepEqual(at(role, 'Role', 'Tags'), [
      { Key: 'Stage', Value: 'Test' },
      { Key: 'Team', Value: 'Web' },
    ])
    assert.equal(at(profile, 'InstanceProfile', 'Arn'), arn('instance-profile/SSMInstanceProfile'))
    assert.equal(at(profile, 'InstanceProfile', 'Roles', 0, 'RoleName'), 'SSMInstanceProfile')
    assert.equal(at(ofRole, 'InstanceProfiles', 0, 'InstanceProfileName'), 'SSMInstanceProfile')
  })

  test('adds the permissions to a role that is there already', async () => {
    await aws.call('iam create-role --role-name Existing --assume-role-policy-document', trustOf('ec2.amazonaws.com'))

    for (const policyArn of [ofAws('AmazonSSMManagedInstanceCore'), arn('policy/SSMInstanceProfileS3Policy')]) {
      await aws.call(`iam attach-role-policy --role-name Existing --policy-arn ${policyArn}`)
    }

    const entities = await aws.call(
      `iam list-entities-for-policy --entity-filter Role --policy-arn ${arn('policy/SSMInstanceProfileS3Policy')}`,
    )
    assert.deepEqual([at(entities, 'PolicyRoles', 0, 'RoleName'), at(entities, 'PolicyRoles', 1, 'RoleName')].sort(), [
      'Existing',
      'SSMInstanceProfile',
    ])
  })

  test('lets Systems Manager assume the role too, and a node works with it', async () => {
    const activate = ['ssm create-activation --iam-role SSMInstanceProfile --registration-limit 1'] as const
    const refused = await aws.try(...activate)
    await aws.call(
      'iam update-assume-role-policy --role-name SSMInstanceProfile --policy-document',
      trustOf('ec2.amazonaws.com', 'ssm.amazonaws.com'),
    )
    const activation = await aws.call(...activate)

    const { nodeId } = await runAgent(
      { after },
      {
        url,
        region,
        activationId: textAt(activation, 'ActivationId'),
        activationCode: textAt(activation, 'ActivationCode'),
      },
    )

    await eventually(async () => {
      const nodes = await aws.call('ssm describe-instance-information')
      const status = at(nodes, 'InstanceInformationList', 0, 'PingStatus')
      return status === 'Online' ? true : undefined
    }, `${nodeId} is Online`)
    assert.match(refused.stderr, /missing ssm service principal in trust policy/)
  })

  test('takes everything away again, in the order that AWS asks for', async () => {
    const early = await aws.try('iam delete-role --role-name SSMInstanceProfile')
    await aws.call(
      'iam remove-role-from-instance-profile --instance-profile-name SSMInstanceProfile --role-name SSMInstanceProfile',
    )
    await aws.call('iam delete-instance-profile --instance-profile-name SSMInstanceProfile')
    const attached = (await aws.call(
      'iam list-attached-role-policies --role-name SSMInstanceProfile --query AttachedPolicies[].PolicyArn',
    )) as string[]
    for (const policyArn of attached) {
      await aws.call(`iam detach-role-policy --role-name SSMInstanceProfile --policy-arn ${policyArn}`)
    }
    await aws.call('iam delete-role --role-name SSMInstanceProfile')

    assert.match(early.stderr, /\(DeleteConflict\).*must remove roles from instance profile first/)
    const gone = await aws.try('iam get-role --role-name SSMInstanceProfile')
    assert.match(gone.stderr, /\(NoSuchEntity\).*The role with name SSMInstanceProfile cannot be found/)
  })
})
