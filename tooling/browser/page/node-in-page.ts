// What stands for Node's modules in a page: enough for the runner of golden cases, as long as it touches no files.
const missing = () => {
  throw new Error('a page has no files');
};

/** For one asynchronous piece of work at a time. */
class AsyncLocalStorage<T> {
  private store: T | undefined;

  async run<R>(store: T, work: () => Promise<R>): Promise<R> {
    const before = this.store;
    this.store = store;
    try {
      return await work();
    } finally {
      this.store = before;
    }
  }

  getStore(): T | undefined {
    return this.store;
  }
}

const files = ['mkdtemp', 'readFile', 'rm', 'tmpdir', 'join', 'readFileSync', 'dirname'];

Object.assign(globalThis, {
  nodeInPage: {
    AsyncLocalStorage,
    /** Results of cases are plain data. */
    isDeepStrictEqual: (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b),
    ...Object.fromEntries(files.map((name) => [name, missing])),
  },
});
