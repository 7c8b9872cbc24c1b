/** `fairlead help`: what there is, by example. */
export const overview = `Fairlead is AWS Systems Manager on your own servers.

  Try it: a server, a node and a first command, all on this machine
    npm run quickstart

  Have a server that stays
    fairlead server --data-dir /var/lib/fairlead --listen https://0.0.0.0:7443

  Use it with AWS's own tools, on the machine that it runs on
    eval "$(fairlead env --data-dir /var/lib/fairlead)"
    aws ssm describe-instance-information

  Make a machine a managed node
    aws ssm create-activation --iam-role ROLE
    fairlead agent --endpoint https://fairlead.example:7443 --ca ca.pem \\
        --state-dir /var/lib/fairlead-agent --activation-id ID --activation-code CODE

  Run something on many nodes, and read what they say
    fairlead run --targets tag:role=web -- uname -r
    fairlead run --nodes web-[01-20] --dry-run -- systemctl restart app
    fairlead run --rerun failed COMMAND
    fairlead commands COMMAND --watch

  See what there is
    fairlead nodes state=offline
    fairlead commands --running
    fairlead documents AWS-RunShellScript

  Be on a node, by its name or id: a shell, a port, a login, a file
    fairlead shell NODE
    fairlead forward NODE 8080:db.internal:5432
    fairlead ssh root@NODE
    fairlead cp -r NODE:/var/log/app .

  See what was seen in sessions
    fairlead recordings ls --user alice
    fairlead recordings play SESSION --speed 2 --idle-limit 2

  Understand who may do what
    fairlead can alice ssm:StartSession NODE
    fairlead explain REQUEST-ID
    fairlead policy lint operators.json

  Update the agents on the nodes
    npm run bundle-agent -- --out agent.bundle
    fairlead admin publish-agent agent.bundle --data-dir /var/lib/fairlead
    fairlead run --document AWS-UpdateSSMAgent --targets tag:role=web

  Something is wrong
    fairlead doctor
    fairlead admin reset-root-key --data-dir /var/lib/fairlead

Words:  server  agent  run  nodes  commands  documents  shell  forward  ssh  cp  recordings
        can  explain  policy  quickstart  env  doctor  admin  version  help
        fairlead WORD --help tells more of each.
`
