import { connect, type Socket } from 'node:net';

/**
 * Asks as fast as it is answered, on kept connections. All answers have one length, so that it need not read them: the
 * server is what is measured.
 *
 * @returns the requests a second
 */
export async function load(
  port: number,
  path: string,
  connections: number,
  milliseconds: number,
): Promise<number> {
  const request = `GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`;
  const sockets = await Promise.all(Array.from({ length: connections }, () => connected(port)));
  const length = await lengthOfAnswer(sockets[0], request);
  let answers = 0;
  const began = performance.now();
  for (const socket of sockets) askAgain(socket, request, length, () => answers++);
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  const seconds = (performance.now() - began) / 1_000;
  const result = answers / seconds;
  for (const socket of sockets) socket.destroy();
  return result;
}

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });
}

/** Of the first answer, which says how long it is. */
function lengthOfAnswer(socket: Socket | undefined, request: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket?.on('data', function receive(chunk) {
      text += chunk;
      const end = text.indexOf('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1]);
      if (end < 0 || text.length < end + 4 + length) return;
      socket.off('data', receive);
      if (text.startsWith('HTTP/1.1 200 ')) resolve(text.length);
      else reject(new Error(`answered: ${text}`));
    });
    socket?.write(request);
  });
}

function askAgain(socket: Socket, request: string, length: number, answered: () => void): void {
  let received = 0;
  socket.on('data', (chunk) => {
    received += chunk.length;
    if (received < length) return;
    received = 0;
    answered();
    socket.write(request);
  });
  socket.write(request);
}
