import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{a,b}from"./chunk-Q72HCVX2.js";import"./chunk-C3E6ZZFV.js";import"./chunk-6TNLRUYW.js";import"./chunk-WK5KZLGQ.js";import"./chunk-CKUAY7GZ.js";export{a as expandVariables,b as withEnvironment};
