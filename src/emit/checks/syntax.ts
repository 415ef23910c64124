import type { Check } from '../checks.ts';
import { documentsOf } from './documents.ts';
import { resultOf } from './fault-list.ts';

const name = 'syntax';

/** YAML and JSON files can be read. The tests of the rules are left to promtool: they are long, and only it reads them. */
export const syntaxCheck: Check = async (files) => {
  const read = files.filter(({ path }) => /\.(ya?ml|json)$/.test(path) && !/[._]test\.ya?ml$/.test(path));
  const faults = read.flatMap((file) =>
    documentsOf(file).flatMap(({ errors }) =>
      errors.map(({ line, message }) => ({
        check: name,
        path: file.path,
        line,
        message,
        advice: 'mend the template',
      })),
    ),
  );
  return resultOf(name, read.length, faults);
};
