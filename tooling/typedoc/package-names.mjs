// A typedoc plugin: modules are called what one imports (`@rp/graph`), not where they lie (`graph/src`).
import { Converter } from 'typedoc';

export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (_context, reflection) => {
    const place = /^(?:packages\/)?([a-z0-9-]+)\/src(?:\/([a-z0-9-]+))?$/.exec(reflection.name);
    if (place) reflection.name = ['@rp', place[1], place[2]].filter(Boolean).join('/');
  });
}
