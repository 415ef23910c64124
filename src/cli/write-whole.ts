import writeFileAtomic from 'write-file-atomic';
import { InvalidInput } from '../problems/problem.ts';

/** Writes a file whole or not at all; throws `InvalidInput` where its folder does not exist or is not writable. */
export async function writeWhole(file: string, text: string): Promise<void> {
  try {
    await writeFileAtomic(file, text);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new InvalidInput([
      {
        code: 'bad-file',
        file,
        message: `cannot write ${file} (${reason})`,
        advice: 'choose a file in a folder that exists and is writable',
      },
    ]);
  }
}
