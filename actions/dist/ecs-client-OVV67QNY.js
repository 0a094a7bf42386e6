import{b as a}from"./chunk-EOA6PUNY.js";import"./chunk-5XZYL2JA.js";export{a as ecsClient};
