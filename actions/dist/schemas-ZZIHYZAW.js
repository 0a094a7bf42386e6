import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{b as e,c as i}from"./chunk-HNJWFP4M.js";import"./chunk-DZL4JJ2Z.js";import"./chunk-CQBICOXT.js";import"./chunk-CKUAY7GZ.js";export{e as RegisterTaskDefinitionRequest$,i as TaskDefinition$};
