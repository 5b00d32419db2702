import { Icon } from './Icon';

/**
 * A button that is only an icon; `label` is its name, and its tooltip unless `title` says more. One that is disabled does
 * nothing and keeps the focus it has.
 */
export function IconButton(props: {
  readonly icon: string;
  readonly label: string;
  readonly title?: string;
  readonly class?: string;
  readonly disabled?: boolean;
  readonly ref?: (element: HTMLButtonElement) => void;
  readonly onClick: () => void;
}) {
  return (
    <button
      ref={(element) => props.ref?.(element)}
      type="button"
      class={`icon-button ${props.class ?? ''}`}
      aria-label={props.label}
      title={props.title ?? props.label}
      aria-disabled={props.disabled}
      onClick={() => {
        if (props.disabled !== true) props.onClick();
      }}
    >
      <Icon name={props.icon} />
    </button>
  );
}
