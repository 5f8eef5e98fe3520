// The element, registered: `import "mix-lens"`.

import { define } from "./element.js";

export * from "./element.js";

define();
