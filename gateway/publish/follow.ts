/** Reads a gateway's socket: for the command line and tests. */
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { type GatewayMessage, gatewayMessageSchema } from '../../core/protocol/gateway.ts';

/** Messages until the gateway closes the connection or the caller stops. Throws where nobody answers. */
export async function* follow(path: string): AsyncGenerator<GatewayMessage, undefined> {
  const socket = connect(path);
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    socket.on('error', () => socket.destroy());
    for await (const line of createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (line !== '') yield gatewayMessageSchema.parse(JSON.parse(line));
    }
  } finally {
    socket.destroy();
  }
}
