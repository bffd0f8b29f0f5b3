type Attributes = Record<string, string | boolean | undefined>;

/** An element with attributes and children; `true` sets an empty attribute, `false` none. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false)
      element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children);
  return element;
}

/** A button that does something right here. */
export function button(part: string, onClick: () => void): HTMLButtonElement {
  const element = h('button', { type: 'button', part });
  element.addEventListener('click', onClick);
  return element;
}
