/** What `work` brings, or `'expired'` when that takes longer than `limitMs`; `work` goes on then, unobserved. */
export async function withinLimit<T>(work: Promise<T>, limitMs: number): Promise<T | 'expired'> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<'expired'>((resolve) => {
    timer = setTimeout(resolve, limitMs, 'expired');
  });
  try {
    return await Promise.race([work, expired]);
  } finally {
    clearTimeout(timer);
  }
}
