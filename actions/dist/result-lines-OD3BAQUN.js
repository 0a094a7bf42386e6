import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);
import{a}from"./chunk-YWWDBEM5.js";import"./chunk-O3EWU6JZ.js";import"./chunk-CKUAY7GZ.js";export{a as resultLines};
