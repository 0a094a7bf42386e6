import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{d as a,e as b,f as c}from"./chunk-DIZWDW6P.js";import"./chunk-YIVNPSRJ.js";import"./chunk-WO3OXUV2.js";import"./chunk-JM4TQGDJ.js";import"./chunk-CKUAY7GZ.js";export{c as removeContainer,a as removeFromEngine,b as sweepEngine};
