'use strict';
/** Runs in a server's process before the server's own code: what the test asks for by environment variables. */
const { DEPUTIES_TEST_AHEAD_MS: ahead, DEPUTIES_TEST_FAULTS: faults = '' } = process.env;
const isBroken = (fault) => faults.split(',').includes(fault);

if (ahead !== undefined) {
  const RealDate = Date;
  const shift = Number(ahead);
  globalThis.Date = class extends RealDate {
    constructor(...parts) {
      if (parts.length === 0) super(RealDate.now() + shift);
      else super(...parts);
    }
    static now() {
      return RealDate.now() + shift;
    }
  };
}

// The broken twins of a server. Each takes one control away.
if (isBroken('deaf-to-dates')) Date.parse = () => Number.NaN;
if (isBroken('fails-inside')) {
  require('node:crypto').sign = () => {
    throw new Error('broken inside');
  };
}
if (isBroken('chatty')) process.stdout.write('Starting up\n');
if (isBroken('tells-its-environment')) process.stderr.write(`${JSON.stringify(process.env)}\n`);
if (isBroken('follows-links')) {
  const fs = require('node:fs');
  const { openSync, constants } = fs;
  fs.lstatSync = fs.statSync;
  fs.openSync = (path, flags) => openSync(path, flags & ~constants.O_NOFOLLOW);
}
