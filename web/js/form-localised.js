// Keeps the rest from knowing where a form keeps its Russian and English texts: in component properties such as `label:ru`.
// What has no text in the asked language stays Kazakh.

const texts = ['label', 'description', 'text', 'content', 'dateLabel', 'timeLabel', 'alt', 'title'];
const within = { validate: ['patternErrorMessage'], appearance: ['prefixAdorner', 'suffixAdorner'] };

function component(original, lang) {
  const properties = original.properties || {};
  const told = name => (lang === 'kk' ? undefined : properties[`${name}:${lang}`]);
  const copy = { ...original };
  for (const name of texts) if (name in original) copy[name] = told(name) ?? original[name];
  for (const [part, names] of Object.entries(within)) {
    if (!original[part]) continue;
    copy[part] = { ...original[part] };
    for (const name of names) if (name in copy[part]) copy[part][name] = told(name) ?? copy[part][name];
  }
  if (Array.isArray(original.values)) {
    copy.values = original.values.map(one => ({ ...one, label: told(`value:${one.value}`) ?? one.label }));
  }
  if (Array.isArray(original.columns)) {
    copy.columns = original.columns.map(one => ({ ...one, label: told(`column:${one.key}`) ?? one.label }));
  }
  if (original.type === 'datetime') copy.use24h = true; // nobody here writes am and pm, whatever a model forgets
  if (properties.check) {
    copy.properties = { ...properties, checkMessage: properties[`check:${lang}`] ?? properties['check:kk'] };
  }
  if (original.components) copy.components = original.components.map(inner => component(inner, lang));
  return copy;
}

/** The same schema with every text in kk, ru or en. */
export function localised(schema, lang) {
  return component(schema, lang);
}
