import{b as a}from"./chunk-WABXXXXX.js";import"./chunk-5XZYL2JA.js";export{a as ecsClient};
