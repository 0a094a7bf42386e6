import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{b as a}from"./chunk-ABRLHUNU.js";import"./chunk-CKUAY7GZ.js";export{a as ecsClient};
