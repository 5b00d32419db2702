/** What the suite prints begins with this; the editor and its extensions print to the same console. */
export const SUITE_LINE = '[suite] ';
