// ipx on a free port, serving a folder, with our version of the image library (`overrides` in package.json) and our output
// settings: baseline JPEG, where ipx would make progressive ones. Prints its address.
import { createServer } from 'node:http';
import { createIPX, createIPXNodeServer, ipxFSStorage } from 'ipx';
import sharp from 'sharp';

sharp.concurrency(1);
const ipx = createIPX({
  storage: ipxFSStorage({ dir: process.argv[2] }),
  sharpOptions: { jpegProgressive: false },
});
const server = createServer(createIPXNodeServer(ipx));
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${server.address().port}\n`);
});
process.on('SIGTERM', () => process.exit(0));
