/** The name of a class in texts and files: its own `className`, or else its JavaScript name. */
export function classNameOf(target: { readonly name: string }): string {
  return Object.hasOwn(target, 'className')
    ? (target as { readonly className?: string }).className!
    : target.name;
}
