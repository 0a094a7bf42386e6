import{a,b,c}from"./chunk-3T42B4FD.js";import"./chunk-UQXL6ROV.js";import"./chunk-5XZYL2JA.js";export{b as Engine,a as EngineError,c as addressText};
