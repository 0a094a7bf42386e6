import{a,b,c}from"./chunk-IXMASVZ4.js";import"./chunk-ZLCKIVFY.js";import"./chunk-5XZYL2JA.js";export{b as Engine,a as EngineError,c as addressText};
