/** The yardstick: the least that a proxy of node:http and undici can do. It reads nothing and keeps nothing. Takes a port and the provider's address. */
import { createServer } from 'node:http';
import { Pool } from 'undici';

const pool = new Pool(process.argv[3] ?? '');
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (data: Buffer) => chunks.push(data));
  request.on('end', () => {
    const headers = ['content-type', 'application/json', 'authorization', request.headers.authorization ?? ''];
    pool.dispatch(
      { method: 'POST', path: request.url ?? '/', headers, body: Buffer.concat(chunks) },
      {
        onRequestStart() {},
        onResponseStart(_controller, status, { connection: _, 'transfer-encoding': __, ...kept }) {
          response.writeHead(status, kept);
        },
        onResponseData(controller, data) {
          if (response.write(data)) return;
          controller.pause();
          response.once('drain', () => controller.resume());
        },
        onResponseEnd() {
          response.end();
        },
        onResponseError() {
          response.destroy();
        },
      },
    );
  });
});
server.listen(Number(process.argv[2]), '127.0.0.1');
