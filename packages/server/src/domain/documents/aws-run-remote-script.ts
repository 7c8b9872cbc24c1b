import type { Document } from '../document.ts'
import { executionTimeoutPattern } from './execution-timeout.ts'

/**
 * Names, types and defaults are those of AWS's public document, which knows the sources GitHub and S3 only; the steps and
 * the descriptions are ours.
 */
export const awsRunRemoteScript: Document = {
  name: 'AWS-RunRemoteScript',
  version: '1',
  type: 'Command',
  owner: 'Amazon',
  platformTypes: ['Windows', 'Linux', 'MacOS'],
  content: {
    schemaVersion: '2.2',
    description: 'Download a script, or the folder that has it, and run a command line there.',
    parameters: {
      sourceType: {
        type: 'String',
        description: 'Where it is: Git, GitHub, HTTP or S3.',
        allowedValues: ['Git', 'GitHub', 'HTTP', 'S3'],
      },
      sourceInfo: {
        type: 'StringMap',
        description: 'What is to be downloaded, such as {"url":"https://…"} of HTTP or {"path":"https://…"} of S3.',
        displayType: 'textarea',
        default: {},
      },
      commandLine: { type: 'String', description: 'The command line, such as "script.sh argument".' },
      workingDirectory: {
        type: 'String',
        description: 'The directory to download to and run in; one of its own when it is left out.',
        default: '',
        maxChars: 4096,
      },
      executionTimeout: {
        type: 'String',
        description: 'How many seconds the command line may take, 172800 (two days) at most.',
        default: '3600',
        allowedPattern: executionTimeoutPattern,
      },
    },
    mainSteps: [
      {
        action: 'aws:downloadContent',
        name: 'downloadContent',
        inputs: {
          sourceType: '{{ sourceType }}',
          sourceInfo: '{{ sourceInfo }}',
          destinationPath: '{{ workingDirectory }}',
        },
      },
      {
        action: 'aws:runPowerShellScript',
        name: 'runPowerShellScript',
        precondition: { StringEquals: ['platformType', 'Windows'] },
        inputs: {
          timeoutSeconds: '{{ executionTimeout }}',
          runCommand: ['$env:Path = "$env:Path;$pwd"', '{{ commandLine }}', 'exit $LASTEXITCODE'],
          workingDirectory: '{{ workingDirectory }}',
        },
      },
      {
        action: 'aws:runShellScript',
        name: 'runShellScript',
        inputs: {
          timeoutSeconds: '{{ executionTimeout }}',
          runCommand: ['export PATH="$PATH:$(pwd)"', '{{ commandLine }}'],
          workingDirectory: '{{ workingDirectory }}',
        },
      },
    ],
  },
}
