import { describe } from 'node:test'
import { reasonToSkip } from './clients/python-environment.ts'
import { CommandWorld } from './user-guide/command-world.ts'
import { oneTagCourse } from './user-guide/one-tag-course.ts'
import { tagGroupsCourse } from './user-guide/tag-groups-course.ts'

// "タグによる Run Command アクセスを制限" (Restricting Run Command access based on tags): the Japanese page of the user guide.
// Its words say Finance: WebServer, its policy WebServers: the policy decides. The policies are as the page prints them.

const skip = await reasonToSkip('the AWS CLI', 'aws', ['--version'])

const finance = `{ "Version":"2012-10-17", "Statement":[
  { "Effect":"Allow", "Action":[ "ssm:SendCommand" ], "Resource":[ "arn:aws:ssm:*:*:document/*" ] },
  { "Effect":"Allow", "Action":[ "ssm:SendCommand" ], "Resource":[ "arn:aws:ec2:*:*:instance/*" ], "Condition":{ "StringLike":{ "ssm:resourceTag/Finance":[ "WebServers" ] } } } ] }`

const both = `{ "Version":"2012-10-17", "Statement":[
  { "Effect":"Allow", "Action":[ "ssm:SendCommand" ], "Resource":"*", "Condition":{ "StringLike":{ "ssm:resourceTag/tag_key1":[ "tag_value1" ], "ssm:resourceTag/tag_key2":[ "tag_value2" ] } } },
  { "Effect":"Allow", "Action":[ "ssm:SendCommand" ], "Resource":[ "arn:aws:ssm:us-west-1::document/AWS-*", "arn:aws:ssm:us-east-2::document/AWS-*" ] },
  { "Effect":"Allow", "Action":[ "ssm:UpdateInstanceInformation", "ssm:ListCommands", "ssm:ListCommandInvocations", "ssm:GetDocument" ], "Resource":"*" } ] }`

const either = `{ "Version":"2012-10-17", "Statement":[
  { "Effect":"Allow", "Action":[ "ssm:SendCommand" ], "Resource":"*", "Condition":{ "StringLike":{ "ssm:resourceTag/tag_key1":[ "tag_value1" ] } } },
  { "Effect":"Allow", "Action":[ "ssm:SendCommand" ], "Resource":"*", "Condition":{ "StringLike":{ "ssm:resourceTag/tag_key2":[ "tag_value2" ] } } },
  { "Effect":"Allow", "Action":[ "ssm:SendCommand" ], "Resource":[ "arn:aws:ssm:us-west-1::document/AWS-*", "arn:aws:ssm:us-east-2::document/AWS-*" ] },
  { "Effect":"Allow", "Action":[ "ssm:UpdateInstanceInformation", "ssm:ListCommands", "ssm:ListCommandInvocations", "ssm:GetDocument" ], "Resource":"*" } ] }`

describe('the policies of the page on Run Command and tags', { skip }, async () => {
  const world = await CommandWorld.start('us-west-1')
  await oneTagCourse(world, finance)
  await tagGroupsCourse(world, { both, either })
})
