#!/usr/bin/env node
'use strict';

const { existsSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '..');

// A reader that has seen enough (`| head`) closes the pipe; that is no failure of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    throw error;
  });
}

require('node:module').enableCompileCache?.();

if (process.argv.length === 3 && process.argv[2] === '--version') {
  const { name, version } = require('../package.json');
  process.stdout.write(`${name}/${version} ${process.platform}-${process.arch} node-${process.version}\n`);
} else if (existsSync(join(root, 'dist', 'main.cjs'))) {
  require('../dist/main.cjs').main(process.argv.slice(2), root);
} else {
  process.stderr.write('headroom: not built: run `npm run build` in the folder of the clone\n');
  process.exitCode = 1;
}
