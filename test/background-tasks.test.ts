import {
  after,
  BackgroundTask,
  BackgroundTasks,
  Container,
  inject,
  RegistrationError,
  RequestError,
  withBackground,
} from 'offstage';
import { describe, expect, test } from 'vitest';
import { quietLog } from './fixtures/quiet-log.js';

const { lines } = quietLog();

async function fail() {
  throw new Error('as asked');
}

describe('outside any request, tasks of a call', () => {
  test('run when it has ended, in order, and the call waits for them', async () => {
    const log: string[] = [];
    const note = async (text: string) => void log.push(text);
    const call = inject([BackgroundTasks], async (tasks) => {
      tasks.addTask(note, 'first');
      tasks.addTask(fail);
      tasks.addTask(async () => tasks.addTask(note, 'of a task'));
      tasks.addTask(note, 'last');
      await Promise.resolve();
      log.push('called');
    });
    await call();
    expect(log).toEqual(['called', 'first', 'last', 'of a task']);
    expect(lines).toEqual([expect.stringContaining('Error in background async task fail: as asked')]);
  });

  test('do not run if it fails', async () => {
    const log: string[] = [];
    const call = inject([BackgroundTasks], async (tasks) => {
      tasks.addTask(async () => void log.push('task'));
      throw new Error('as asked');
    });
    await expect(call()).rejects.toThrow('as asked');
    expect(log).toEqual([]);
  });

  test('are injected by the container that resolves', async () => {
    await using container = Container.create();
    class Name {
      constructor(readonly text: string) {}
    }
    container.registerProvider(Name, { useValue: new Name('ada') });
    const names: string[] = [];
    const greet = inject([Name], async (name) => void names.push(name.text));
    await container.run(() => inject([BackgroundTasks], async (tasks) => tasks.addTask(greet))());
    expect(names).toEqual(['ada']);
  });
});

describe('what has no meaning is refused where it is said', () => {
  test.each([null, undefined, 7, 'send'])('no function: %s', (wrong) => {
    // As JavaScript may call it.
    const task = wrong as unknown as () => void;
    expect(() => new BackgroundTask(task)).toThrow(RegistrationError);
    expect(() => new BackgroundTasks().addTask(task)).toThrow(
      'Pass a function, and behind it its arguments: new BackgroundTask(send, to), not send(to).',
    );
  });

  test.each([
    ['after(fail)', () => after(fail)],
    ['after.always(fail)', () => after.always(fail)],
    ['withBackground', () => withBackground('answer', new BackgroundTask(fail))],
  ])('no request: %s', (what, call) => {
    expect(call).toThrow(RequestError);
    expect(call).toThrow(`${what} was called where no request is handled`);
  });
});
