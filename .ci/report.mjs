/** Reads the JSON report of a test run, names what failed or was skipped, and closes with the counts on a line of their own. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

let files = [];
try {
  files = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')).testResults;
} catch {
  console.log('the test run left no report');
}

const counts = { passed: 0, failed: 0, skipped: 0 };
for (const file of files) {
  const name = path.relative(process.cwd(), file.name);
  for (const test of file.assertionResults) {
    const outcome = test.status in counts ? test.status : 'skipped';
    counts[outcome]++;
    if (outcome !== 'passed') console.log(`${outcome}: ${name} › ${test.fullName}`);
  }
  // A file that could not be loaded has no tests to fail.
  if (file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed')) {
    counts.failed++;
    console.log(`failed: ${name}`);
  }
}

const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
console.log(`${counts.passed} passed, ${counts.failed} failed${skipped}`);
process.exitCode = counts.passed > 0 && counts.failed === 0 && counts.skipped === 0 ? 0 : 1;
