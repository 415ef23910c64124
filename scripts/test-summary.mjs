// Prints one line, `N passed, N failed`, from the JSON report of a test run.
import { readFileSync } from 'node:fs';

/** The summary of a report; a run that wrote none counts as one failure. */
export function summary(text) {
  if (text.trim() === '') return '0 passed, 1 failed';
  const { numPassedTests, numFailedTests, numPendingTests = 0, numFailedTestSuites = 0 } = JSON.parse(text);
  // A file that cannot be loaded holds no test that could fail; it must not look like a success.
  const failed = numFailedTests === 0 ? numFailedTestSuites : numFailedTests;
  const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : '';
  return `${numPassedTests} passed, ${failed} failed${skipped}`;
}

console.log(summary(readFileSync(process.argv[2], 'utf8')));
