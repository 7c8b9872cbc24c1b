/** Operations whose input cannot be tried as others' can; each with the reason, and the test that tries it. */
export const triedElsewhere: Readonly<Record<string, string>> = {
  'iam:ChangePassword': 'may be tried ten times at once, wrong or right (gateway/guess-limit.test.ts)',
  'ssm:RequestManagedInstanceRoleToken': "is signed with a node's key (operations/ssm/registration.test.ts)",
  'ssm:UpdateManagedInstancePublicKey': "is signed with a node's key (operations/ssm/key-rotation.test.ts)",
  'ssmmessages:OpenControlChannel': 'is the first frame of a websocket (channels/control-channel.test.ts)',
  'ssmmessages:OpenDataChannel': 'is the first frame of a websocket (channels/sessions/relay-tokens.test.ts)',
}
