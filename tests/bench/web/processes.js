// What a tree of processes has used, by /proc.
import { readFileSync, readdirSync } from 'node:fs';

const TICKS_PER_SECOND = 100; // USER_HZ, the same on every Linux

/** The fields of /proc/PID/stat after the name, which may hold anything. @param {string} pid */
function statOf(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** @param {number} root @returns {string[]} it and all that descend from it */
export function tree(root) {
  /** @type {Map<string, string[]>} */ const children = new Map();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const parent = statOf(pid)[1];
      children.set(parent, [...children.get(parent) ?? [], pid]);
    } catch { /* it has ended */ }
  }
  const all = [String(root)];
  for (let i = 0; i < all.length; i += 1) all.push(...children.get(all[i]) ?? []);
  return all;
}

/** User and system time, of children that have ended too. @param {number} root */
export function cpuSeconds(root) {
  let ticks = 0;
  for (const pid of tree(root)) {
    try {
      ticks += statOf(pid).slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    } catch { /* it has ended */ }
  }
  return ticks / TICKS_PER_SECOND;
}

/** Proportional set size: what is shared is divided among those who share it. @param {number} root */
export function memoryBytes(root) {
  let kilobytes = 0;
  for (const pid of tree(root)) {
    try {
      kilobytes += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))?.[1] ?? 0);
    } catch { /* it has ended */ }
  }
  return kilobytes * 1024;
}
