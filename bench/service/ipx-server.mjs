// ipx on a free port, serving a folder, with our version of the image library and our output settings: baseline
// JPEG, where ipx would make progressive ones. Prints its address.
import { createServer } from 'node:http';
import { register } from 'node:module';

const sharp = import.meta.resolve('sharp');
const hook = `export const resolve = (name, context, next) =>
  name === 'sharp' ? { url: ${JSON.stringify(sharp)}, shortCircuit: true } : next(name, context);`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);

const { createIPX, createIPXNodeServer, ipxFSStorage } = await import('ipx');
const library = (await import('sharp')).default;
library.concurrency(1);
const ipx = createIPX({
  storage: ipxFSStorage({ dir: process.argv[2] }),
  sharpOptions: { jpegProgressive: false },
});
const server = createServer(createIPXNodeServer(ipx));
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${server.address().port}\n`);
});
process.on('SIGTERM', () => process.exit(0));
