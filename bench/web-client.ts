import { connect, type Socket } from 'node:net';

const request = 'GET / HTTP/1.1\r\nhost: localhost\r\n\r\n';

/**
 * Asks as fast as it is answered, on kept connections. All answers have one length, so that it need not read them: the
 * server is what is measured.
 *
 * @returns the requests a second
 */
export async function load(port: number, connections: number, milliseconds: number): Promise<number> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => connected(port)));
  const length = await lengthOfAnswer(sockets[0]);
  let answers = 0;
  const began = performance.now();
  for (const socket of sockets) askAgain(socket, length, () => answers++);
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

function lengthOfAnswer(socket: Socket | undefined): Promise<number> {
  return new Promise((resolve) => {
    let text = '';
    socket?.on('data', function receive(chunk) {
      text += chunk;
      if (!text.endsWith('hello from /')) return;
      socket.off('data', receive);
      resolve(text.length);
    });
    socket?.write(request);
  });
}

function askAgain(socket: Socket, length: number, answered: () => void): void {
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
