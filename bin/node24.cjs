#!/usr/bin/env node
'use strict';
// `node bin/node24.cjs SCRIPT [ARGS]`: runs a development script under Node 24, whatever Node npm itself runs on.
var finder = require('./find-node.cjs');
finder.runUnderNode(process.argv[2], process.argv.slice(3));
