// Keeps pages from knowing that an answer may rename the button: property submit:CHOICE:LANG of the field with the choices.

/** What `button` says after every change: the words of the chosen answer, else its own. */
export function wording(button, schema, lang) {
  const own = button.textContent;
  const fields = (schema.components || []).filter(one => one.key && Object.keys(one.properties || {}).some(name => name.startsWith('submit:')));
  return data => {
    const said = fields.map(one => one.properties[`submit:${data[one.key]}:${lang}`] || one.properties[`submit:${data[one.key]}:kk`]);
    button.textContent = said.find(Boolean) || own;
  };
}
