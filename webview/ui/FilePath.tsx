/** A path on one line. Where it does not fit, its folders are cut off before the name of the file. */
export function FilePath(props: { readonly path: string }) {
  const nameStart = () => Math.max(props.path.lastIndexOf('/'), props.path.lastIndexOf('\\')) + 1;
  return (
    <span class="path" dir="ltr">
      <span class="path-folder">{props.path.slice(0, nameStart())}</span>
      <span class="path-name">{props.path.slice(nameStart())}</span>
    </span>
  );
}
