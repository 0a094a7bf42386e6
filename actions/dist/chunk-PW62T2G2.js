import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
var o={begun:"begun",onCancel:"on-cancel",outcome:"outcome"};export{o as a};
