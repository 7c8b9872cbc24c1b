/** A document as people write it: in YAML, for two platforms, with parameters and a last step. */
export const greet = `# Greets who is named.
schemaVersion: '2.2'
description: Say hello.
parameters:
  name: { type: String, default: world, allowedPattern: '[a-z ]+' }
  words: { type: StringList, default: [hello], allowedValues: [hello, goodbye] }
mainSteps:
- action: aws:runShellScript
  name: greet
  precondition: { StringEquals: [platformType, Linux] }
  inputs:
    runCommand: ["echo {{ words }} '{{ name }}'"]
    onFailure: exit
- action: aws:runShellScript
  name: elsewhere
  precondition: { StringEquals: [platformType, Windows] }
  inputs: { runCommand: [echo never] }
- action: aws:runShellScript
  name: last
  inputs: { runCommand: [echo done], finallyStep: 'true' }
`
