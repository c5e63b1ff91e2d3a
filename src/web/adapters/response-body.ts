import { setTimeout } from '../../timers.js';

/** The same response, which tells when its body has been read to its end, or nobody reads it any more. */
export function followBody(response: Response, ended: () => void): Response {
  if (!response.body || response.body.locked) {
    // Nothing of it can be read. The caller is given the response first.
    setTimeout(ended);
    return response;
  }
  const reader = response.body.getReader();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        controller.close();
      } catch (error) {
        controller.error(error);
      }
      setTimeout(ended);
    },
    async cancel(reason) {
      await reader.cancel(reason).finally(ended);
    },
  });
  return new Response(body, response);
}
