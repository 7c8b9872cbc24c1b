// Loaded (`-r`) before everything else, and written so that a Node of almost any age can read it.
const oldest = 18
if (Number(process.versions.node.split('.')[0]) < oldest) {
  process.stderr.write(
    `This is Node ${process.versions.node}, which is too old to install Fairlead. Install Node ${oldest} or newer (https://nodejs.org);\n` +
      'the Node that Fairlead itself runs on comes along with its packages.\n',
  )
  process.exit(1)
}
