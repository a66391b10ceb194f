interface ProgressTask {
  readonly title: string;
  readonly run: () => Promise<ProgressEnd>;
}

export interface ProgressEnd {
  /** What is left on the screen. */
  readonly title: string;
  /** Whether all of it was done: what failed bears no tick. */
  readonly isWhole: boolean;
}

/** Runs the tasks side by side; draws them on stderr where asked to, which needs a terminal. */
export async function withProgress(tasks: readonly ProgressTask[], draws: boolean): Promise<void> {
  if (!draws || tasks.length === 0) {
    await Promise.all(tasks.map((task) => task.run()));
    return;
  }
  // Loaded only here: listr2 costs 18 ms of start-up (listr2 9, Node 20).
  const { Listr, ListrLogger, ProcessOutput } = await import('listr2');
  const errors: unknown[] = [];
  const list = new Listr(
    tasks.map((task) => ({
      title: task.title,
      task: async (_context, shown): Promise<void> => {
        const { title, isWhole } = await task.run().catch((error: unknown) => {
          errors.push(error);
          throw error;
        });
        shown.title = title;
        // The list draws a cross for it, and goes on.
        if (!isWhole) throw new Error(title);
      },
    })),
    {
      concurrent: true,
      exitOnError: false,
      registerSignalListeners: false,
      rendererOptions: {
        // Its own default is to draw on stdout, which is for the result.
        logger: new ListrLogger({
          useIcons: true,
          toStderr: [],
          processOutput: new ProcessOutput(process.stderr, process.stderr),
        }),
      },
    },
  );
  await list.run();
  if (errors.length > 0) throw errors[0];
}
