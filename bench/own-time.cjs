'use strict';

// Loaded before a program whose start is measured: at its end it writes the milliseconds that its main thread was on a
// core to the file descriptor 3. Linux counts them for each thread; elsewhere those of all threads stand for them.
const { readFileSync, writeSync } = require('node:fs');

process.on('exit', () => writeSync(3, String(ownTime())));

function ownTime() {
  try {
    const [nanoseconds] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ');
    return Number(nanoseconds) / 1e6;
  } catch {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  }
}
