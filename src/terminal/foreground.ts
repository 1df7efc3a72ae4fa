/** Whether this process may set the terminal: one in the background that does is stopped by the kernel, its engine with it. */
import { readFileSync } from 'node:fs';

/** Places behind the name in `/proc/self/stat`: the process's group and the terminal's. */
const GROUP = 2;
const TERMINAL_GROUP = 5;

/** True in the foreground, and where it cannot be told. */
export function inForeground(): boolean {
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[TERMINAL_GROUP] === '-1' || fields[GROUP] === fields[TERMINAL_GROUP];
  } catch {
    return true;
  }
}
