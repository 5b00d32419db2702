/** A file, bundled on its own, as text: what a worker runs. */
declare module '*?source' {
  export const source: string;
}
