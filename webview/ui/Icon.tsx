/** A codicon. It is decoration: the words beside it, or the button's name, say the same. */
export function Icon(props: { readonly name: string; readonly class?: string }) {
  return <i class={`codicon codicon-${props.name} ${props.class ?? ''}`} aria-hidden="true" />;
}
