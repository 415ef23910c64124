// Builds the product: one bundle in CommonJS, commands and heavy parts in files of their own, and the manifest
// that lets the command line start without loading any command.
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { isAbsolute, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Native, or (benchmark) found through a loader that bundlers do not follow. */
const external = ['sharp', 'benchmark'];

/** Entry name (path below dist, no extension) to source file. */
export async function findEntries(from = root) {
  const entries = { main: join(from, 'src/cli/main.ts') };
  for (const file of await filesBelow(join(from, 'src/commands'))) {
    if (file.endsWith('.ts')) entries[entryName(join(from, 'src'), file)] = file;
  }
  // Programs that the bench starts as processes of their own.
  for (const file of await filesBelow(join(from, 'bench'))) {
    if (/-(worker|main)\.ts$/.test(file)) entries[entryName(from, file)] = file;
  }
  return entries;
}

/** The service stands alone, so it is a bundle of its own: its main module, and the processes that roles start. */
export async function findServiceEntries(from = root) {
  const entries = {};
  for (const file of await filesBelow(join(from, 'service'))) {
    if (file === join(from, 'service/main.ts') || file.endsWith('-process.ts')) {
      entries[entryName(from, file)] = file;
    }
  }
  return entries;
}

export async function build(from = root) {
  const example = await evaluateExample(from);
  const staged = await mkdtemp(join(from, '.dist-'));
  try {
    await bundle(from, staged, example);
    await bundleService(from, staged);
    await packTemplates(from, staged);
    await chmod(staged, 0o755);
    await replaceFolder(staged, join(from, 'dist'));
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
  await writeManifest(from);
}

async function bundle(from, dir, example) {
  const bundled = await rolldown({
    input: await findEntries(from),
    platform: 'node',
    external,
    cwd: from,
    logLevel: 'warn',
    plugins: [withExample(example), withPackedTemplates()],
    // By the rules of the house nothing happens on import, so what is not used need not be loaded.
    treeshake: { moduleSideEffects: [{ test: /[\\/]src[\\/]/, sideEffects: false }] },
    // What a framework reads of the host while it is being bundled must not be followed.
    onLog(level, log, handler) {
      if (log.code !== 'EVAL' && log.code !== 'UNRESOLVED_IMPORT') handler(level, log);
    },
  });
  await bundled.write({
    dir,
    ...output,
    // Outside `commands`: every file in there is taken for a command.
    chunkFileNames: 'chunks/[name]-[hash].cjs',
  });
  await bundled.close();
}

/** A server starts rarely and then runs for long: its libraries are loaded as they were published. */
async function bundleService(from, dir) {
  const bundled = await rolldown({
    input: await findServiceEntries(from),
    platform: 'node',
    external: (id) => /^[^./]/.test(id) && !isAbsolute(id),
    cwd: from,
    logLevel: 'warn',
    treeshake: { moduleSideEffects: [{ test: /[\\/]service[\\/]/, sideEffects: false }] },
  });
  // Not minified either: a stack trace of a server is read by people.
  await bundled.write({
    dir,
    ...output,
    chunkFileNames: 'service/chunks/[name]-[hash].cjs',
    minify: false,
  });
  await bundled.close();
}

const output = {
  format: 'cjs',
  exports: 'named',
  entryFileNames: '[name].cjs',
  keepNames: true,
  minify: { compress: true, mangle: false, codegen: true },
};

/** What a module of the source exports, with all that it imports. */
async function evaluate(from, source) {
  const bundled = await rolldown({ input: join(from, source), platform: 'node', external, cwd: from });
  const { output } = await bundled.generate({ format: 'cjs', codeSplitting: false });
  await bundled.close();
  const module = { exports: {} };
  new Function('module', 'exports', 'require', output[0].code)(
    module,
    module.exports,
    createRequire(import.meta.url),
  );
  return module.exports;
}

/**
 * YAML templates are read as YAML here, once, instead of at every emission. `test/emit/packed-template.test.ts` compares
 * what both give.
 */
async function packTemplates(from, dir) {
  const { packShipped } = await evaluate(from, 'src/emit/pack-shipped.ts');
  await mkdir(join(dir, 'templates'));
  for (const [target, templates] of Object.entries(packShipped(join(from, 'templates')))) {
    await writeFile(join(dir, 'templates', `${target}.json`), JSON.stringify(templates));
  }
}

const packedModule = 'src/app/packed-templates.ts';

function withPackedTemplates() {
  const none = 'return {};';
  return {
    name: 'headroom-templates',
    transform(code, id) {
      if (!id.replaceAll('\\', '/').endsWith(packedModule)) return null;
      if (!code.includes(none)) throw new Error(`${packedModule} no longer contains: ${none}`);
      const read =
        "return JSON.parse(readFileSync(installed('dist/templates/' + _target + '.json'), 'utf8'));";
      const imports =
        "import { readFileSync } from 'node:fs';\nimport { installed } from './installed.ts';\n";
      return imports + code.replace(none, () => read);
    },
  };
}

const exampleModule = 'src/spec/example.ts';

/**
 * The built-in example is text that never changes after the build: it is read and checked here, once, instead of at
 * every start. `test/cli/example.test.ts` compares what is built in with what reading the text gives.
 */
async function evaluateExample(from) {
  const { exampleSpec } = await evaluate(from, exampleModule);
  return JSON.stringify(exampleSpec());
}

function withExample(json) {
  const read = 'return readSpec(exampleText, exampleFile);';
  return {
    name: 'headroom-example',
    transform(code, id) {
      if (!id.replaceAll('\\', '/').endsWith(exampleModule)) return null;
      if (!code.includes(read)) throw new Error(`${exampleModule} no longer contains: ${read}`);
      return code.replace(read, () => `return JSON.parse(${JSON.stringify(json)});`);
    },
  };
}

/** Readers of the old folder are never left without one for longer than two renames. */
async function replaceFolder(staged, target) {
  const old = `${staged}-old`;
  if (existsSync(target)) await rename(target, old);
  await rename(staged, target);
  await rm(old, { recursive: true, force: true });
}

/** `Config.load` takes no `ignoreManifest` in this version and would return the old manifest; the plugin does. */
async function writeManifest(from) {
  const { Plugin } = await import('@oclif/core/config');
  const { settings } = await import('@oclif/core/settings');
  settings.enableAutoTranspile = false;
  const plugin = new Plugin({ root: from, isRoot: true, ignoreManifest: true, errorOnManifestCreate: true });
  await plugin.load();
  const file = join(from, 'oclif.manifest.json');
  await writeFile(`${file}.new`, `${JSON.stringify(plugin.manifest, null, 2)}\n`);
  await rename(`${file}.new`, file);
}

async function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

function entryName(folder, file) {
  return relative(folder, file).replaceAll('\\', '/').replace(/\.ts$/, '');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await build();
