import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{m as e,n as i}from"./chunk-2AFYO4KJ.js";import"./chunk-DZL4JJ2Z.js";import"./chunk-CQBICOXT.js";import"./chunk-CKUAY7GZ.js";export{e as RegisterTaskDefinitionRequest$,i as TaskDefinition$};
