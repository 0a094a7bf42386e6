import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{a,b,c}from"./chunk-YIVNPSRJ.js";import"./chunk-WO3OXUV2.js";import"./chunk-CKUAY7GZ.js";export{b as Engine,a as EngineError,c as addressText};
